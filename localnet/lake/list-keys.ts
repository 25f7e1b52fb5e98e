// Owns choosing one page of keys as S3 lists them: prefix, delimiter, start, page size; leaves requests and XML to s3.ts.
export interface ListRequest {
  prefix: string;
  /** Keys that share what stands before its next occurrence are listed as one prefix; empty for none. */
  delimiter: string;
  /** Only names behind this one; empty for all. */
  start_after: string;
  /** Where the page before ended; it takes the place of `start_after`. */
  continue_after: ListedName | null;
  max_keys: number;
}

export interface ListedName {
  kind: 'key' | 'prefix';
  name: string;
}

export interface ListPage {
  names: ListedName[];
  /** Null on the last page. */
  next: ListedName | null;
}

/** `keysFrom` gives keys from one on, itself included, in the order of their bytes. */
export function listKeys(request: ListRequest, keysFrom: (key: string) => Iterable<string>): ListPage {
  const { prefix, max_keys } = request;
  const after: ListedName = request.continue_after ?? { kind: 'key', name: request.start_after };
  const names: ListedName[] = [];
  if (max_keys === 0) return { names, next: null };
  for (const key of keysFrom(after.name > prefix ? after.name : prefix)) {
    if (!key.startsWith(prefix)) {
      if (key > prefix) break;
      continue;
    }
    const item = listedAs(key, request);
    if (isBehind(item, key, after) && item.name !== names.at(-1)?.name) {
      if (names.length === max_keys) return { names, next: names.at(-1) ?? null };
      names.push(item);
    }
  }
  return { names, next: null };
}

function listedAs(key: string, { prefix, delimiter }: ListRequest): ListedName {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? { kind: 'key', name: key } : { kind: 'prefix', name: key.slice(0, at + delimiter.length) };
}

/** A start that is itself a common prefix is not listed once more. */
function isBehind(item: ListedName, key: string, after: ListedName): boolean {
  if (after.name === '') return true;
  return after.kind === 'prefix' ? !key.startsWith(after.name) : key > after.name && item.name !== after.name;
}
