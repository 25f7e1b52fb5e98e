// Owns which day it is at a registry; leaves the days of rows to the layouts.

/**
 * Where a registry's days begin. Verra's exports have days without a zone; its office and its former registry's servers are in
 * Washington. Isometric's have times in UTC, and its days are those of UTC.
 */
const ZONES: Readonly<Record<string, string>> = { verra: 'America/New_York', isometric: 'UTC' };
const USUAL_ZONE = 'UTC';

const DAY_MS = 24 * 60 * 60 * 1000;

export function zoneOf(registry: string): string {
  return Object.hasOwn(ZONES, registry) ? (ZONES[registry] ?? USUAL_ZONE) : USUAL_ZONE;
}

/** The day of a moment in a zone, as YYYY-MM-DD. */
export function dayIn(zone: string, at: Date): string {
  return wallClock(zone, at).slice(0, 10);
}

/** The last millisecond of a day in a zone; a day with a change of the clocks has 23 or 25 hours. */
export function endOfDay(zone: string, day: string): Date {
  const next = Date.parse(`${day}T00:00:00Z`) + DAY_MS;
  return new Date(startAt(zone, next) - 1);
}

/** The moment at which the clocks of a zone show this time; `wall_ms` is that time read as UTC. */
function startAt(zone: string, wall_ms: number): number {
  let at = wall_ms;
  // The second look is at the offset that holds there, and not at the one of midnight in UTC.
  for (let look = 0; look < 2; look += 1) at = wall_ms - offsetAt(zone, at);
  return at;
}

function offsetAt(zone: string, at_ms: number): number {
  const second_ms = Math.floor(at_ms / 1000) * 1000;
  return Date.parse(`${wallClock(zone, new Date(second_ms))}Z`) - second_ms;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** YYYY-MM-DDTHH:MM:SS. */
function wallClock(zone: string, at: Date): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const { year = '', month, day, hour, minute, second } = parts;
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
}
