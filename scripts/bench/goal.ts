// Owns what a goal is and whether it is reached; leaves measuring its value to each bench.

export interface Goal {
  id: string;
  what: string;
  value: number;
  unit: string;
  goal: number;
  reached: boolean;
}

interface Measured {
  id: string;
  /** In words; the direction ("at least", "at most") is added. */
  what: string;
  value: number;
  unit: string;
  goal: number;
}

export function atLeast(measured: Measured): Goal {
  return makeGoal(measured, 'at least', measured.value >= measured.goal);
}

export function atMost(measured: Measured): Goal {
  return makeGoal(measured, 'at most', measured.value <= measured.goal);
}

function makeGoal({ id, what, value, unit, goal }: Measured, direction: string, reached: boolean): Goal {
  if (!Number.isFinite(value))
    throw new RangeError(`The value of goal ${id} is ${value}. Measure a finite figure.`);
  return { id, what: `${what}, ${direction}`, value, unit, goal, reached };
}
