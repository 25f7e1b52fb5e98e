// Owns how a tonnage is written for people; leaves its place on the page to facts.tsx.

const THIN_GAP = '\u202f';

/** With thin gaps between thousands; the digits are the server's, none is lost. */
export function formatTonnes(value: string): string {
  const [whole = '', rest] = value.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_GAP);
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}
