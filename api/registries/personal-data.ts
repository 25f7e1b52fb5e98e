// Owns that no e-mail address passes the door of an import; leaves what else a row says to its registry.

/** In its place stands this, so that a reader sees that something was there. */
export const REMOVED = '[e-mail address removed]';

const BETWEEN = /([\s,;:<>()[\]{}"'|]+)/u;
const AT = /[@＠﹫]|%40/u;
/** Something on both sides of the at sign: a handle such as "@acme" is none. */
const ADDRESS = /.(?:[@＠﹫]|%40)./u;
const EMAIL_COLUMN = /e-?mail/i;

/** Columns that hold addresses are left out whole. */
export function isPersonalColumn(name: string): boolean {
  return EMAIL_COLUMN.test(name);
}

/** The same text without addresses. One look at each character: a hostile text costs no more than its length. */
export function removeAddresses(text: string): string {
  if (!AT.test(text)) return text;
  return text
    .split(BETWEEN)
    .map((token) => (ADDRESS.test(token) ? REMOVED : token))
    .join('');
}
