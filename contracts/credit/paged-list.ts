// Owns lists of hashes that grow, shrink and are read by position; leaves where head and pages lie to their records.
import { panic } from './errors.ts';
import { readText, removeText, writeText } from './storage.ts';

/**
 * Full pages lie in keys of their own; the last, unfilled one lies in its owner's record, so that most changes write
 * no key of the list. A token's record knows its page: within the page it is found by its text. A hash that leaves
 * a page is replaced by the list's last one, so there are never holes.
 */
export interface PagedList {
  count: number;
  /** The hashes after the last full page, without separators. */
  tail: string;
}

const HASH_LENGTH = 64;
/** Measured: larger pages cost more bytes at each change than they save in keys. */
export const PAGE_SIZE = 8;
const PAGE_LENGTH = PAGE_SIZE * HASH_LENGTH;

/** The page on which the hash now stands. */
export function appendToList(list: PagedList, page_key: string, hash: string): number {
  const page = Math.floor(list.count / PAGE_SIZE);
  list.count += 1;
  list.tail += hash;
  if (list.tail.length === PAGE_LENGTH) {
    writeText(page_key + page, list.tail);
    list.tail = '';
  }
  return page;
}

/** Where another hash took the place, that one and its new page: its record must be told. */
export function removeFromList(
  list: PagedList,
  { page_key, page, hash }: { page_key: string; page: number; hash: string },
): { moved: string; page: number } | undefined {
  const last_page = Math.floor((list.count - 1) / PAGE_SIZE);
  if (list.tail === '') {
    list.tail = readText(page_key + last_page) ?? '';
    removeText(page_key + last_page);
  }
  list.count -= 1;
  if (page === last_page) {
    list.tail = cut(list.tail, hash);
    return undefined;
  }
  const moved = list.tail.slice(-HASH_LENGTH);
  list.tail = list.tail.slice(0, -HASH_LENGTH);
  const text = readText(page_key + page) ?? '';
  const at = placeOf(text, hash);
  writeText(page_key + page, text.slice(0, at) + moved + text.slice(at + HASH_LENGTH));
  return { moved, page };
}

export function readFromList(
  list: PagedList,
  { page_key, from, limit }: { page_key: string; from: number; limit: number },
): string[] {
  const end = Math.min(list.count, from + limit);
  const hashes: string[] = [];
  let page = -1;
  let text = '';
  for (let index = from; index < end; index++) {
    const page_of_index = Math.floor(index / PAGE_SIZE);
    if (page_of_index !== page) {
      page = page_of_index;
      text = (page + 1) * PAGE_SIZE > list.count ? list.tail : (readText(page_key + page) ?? '');
    }
    const at = (index % PAGE_SIZE) * HASH_LENGTH;
    hashes.push(text.slice(at, at + HASH_LENGTH));
  }
  return hashes;
}

function cut(text: string, hash: string): string {
  const at = placeOf(text, hash);
  return text.slice(0, at) + text.slice(at + HASH_LENGTH);
}

function placeOf(text: string, hash: string): number {
  // A hash could be found across two neighbours: only whole places count.
  let at = text.indexOf(hash);
  while (at >= 0 && at % HASH_LENGTH !== 0) at = text.indexOf(hash, at + 1);
  if (at < 0) panic('INTERNAL', `${hash} is not on its page`);
  return at;
}
