// Shows that a day at a registry begins and ends when its clocks say so, also when they are changed.

import test from 'ava';
import { dayIn, endOfDay, zoneOf } from './registry-days.ts';

const CASES: readonly (readonly [registry: string, day: string, end: string])[] = [
  ['verra', '2026-01-31', '2026-02-01T04:59:59.999Z'],
  ['verra', '2026-07-31', '2026-08-01T03:59:59.999Z'],
  // The clocks go forward on the 8th of March, and back on the 1st of November.
  ['verra', '2026-03-07', '2026-03-08T04:59:59.999Z'],
  ['verra', '2026-03-08', '2026-03-09T03:59:59.999Z'],
  ['verra', '2026-10-31', '2026-11-01T03:59:59.999Z'],
  ['verra', '2026-11-01', '2026-11-02T04:59:59.999Z'],
  ['verra', '2025-12-31', '2026-01-01T04:59:59.999Z'],
  ['isometric', '2024-02-29', '2024-02-29T23:59:59.999Z'],
  ['nobody', '2026-01-31', '2026-01-31T23:59:59.999Z'],
];

for (const [registry, day, end] of CASES) {
  test(`the ${day} of ${registry} ends at ${end}`, (t) => {
    const zone = zoneOf(registry);
    const at = endOfDay(zone, day);
    t.is(at.toISOString(), end);
    t.is(dayIn(zone, at), day);
    t.not(dayIn(zone, new Date(at.getTime() + 1)), day);
  });
}
