// Owns drawing how the unreconciled tonnes came and went; leaves the sums to the API. Numbers here place a line and nothing else.

import { Time } from './facts.tsx';
import { formatTonnes } from './format-tonnes.ts';

export type HistoryPoint = { at: string; unreconciled_co2e: string; in_transit_co2e: string };

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 64;
const BOTTOM = 24;
const TOP = 12;

export function HistoryPlot({ points }: { points: readonly HistoryPoint[] }) {
  const [first, ...more] = points;
  const last = more.at(-1);
  if (first === undefined || last === undefined) {
    return <p class="empty">The history is drawn from the second run on.</p>;
  }
  const begin = Date.parse(first.at);
  const span = Math.max(1, Date.parse(last.at) - begin);
  const highest = Math.max(
    1,
    ...points.flatMap((one) => [Number(one.unreconciled_co2e), Number(one.in_transit_co2e)]),
  );
  const x = (at: string): number => LEFT + ((Date.parse(at) - begin) / span) * (WIDTH - LEFT - 8);
  const y = (tonnes: string): number => TOP + (1 - Number(tonnes) / highest) * (HEIGHT - TOP - BOTTOM);
  const line = (of: (point: HistoryPoint) => string): string =>
    points
      .map(
        (point, index) =>
          `${index === 0 ? 'M' : `H${x(point.at)}V`}${index === 0 ? `${x(point.at)} ` : ''}${y(of(point))}`,
      )
      .join('');
  const words = `From ${formatTonnes(first.unreconciled_co2e)} t to ${formatTonnes(last.unreconciled_co2e)} t unreconciled over ${points.length} runs`;
  return (
    <figure>
      <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        <line class="axis" x1={LEFT} x2={WIDTH} y1={y('0')} y2={y('0')} />
        <text x={LEFT - 8} y={y('0') + 4} text-anchor="end">
          0 t
        </text>
        <text x={LEFT - 8} y={TOP + 4} text-anchor="end">
          {formatTonnes(String(highest))} t
        </text>
        <path class="line second" d={line((one) => one.in_transit_co2e)} />
        <path class="line" d={line((one) => one.unreconciled_co2e)} />
      </svg>
      <figcaption>
        Unreconciled (line) and in transit (dashes), from <Time value={first.at} /> to{' '}
        <Time value={last.at} />
      </figcaption>
    </figure>
  );
}
