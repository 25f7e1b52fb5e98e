// Owns the key or session that a page acts with, kept for this tab alone; leaves getting one to the pages.

export type Session = { token: string; shown: string };

/** One for each of the three people, so that a tab may be used as all of them in turn. */
export type Seat = 'holder' | 'registry' | 'operator';

const KEY = 'dmrv-session';

export function readSession(seat: Seat): Session | undefined {
  const text = sessionStorage.getItem(`${KEY}:${seat}`);
  return text === null ? undefined : (JSON.parse(text) as Session);
}

export function keepSession(seat: Seat, session: Session): void {
  sessionStorage.setItem(`${KEY}:${seat}`, JSON.stringify(session));
}

export function dropSession(seat: Seat): void {
  sessionStorage.removeItem(`${KEY}:${seat}`);
}
