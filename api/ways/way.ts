// Owns status machines as tables of moves, and refusing what is none; leaves which moves there are to each resource's way.

import { DmrvError } from '../../core/errors/index.ts';

/** For each state the moves that are legal in it, and where each leads. A state without moves is an end. */
export type Moves<State extends string, Move extends string> = {
  readonly [From in State]: Readonly<Partial<Record<Move, State>>>;
};

export type Way<State extends string, Move extends string> = {
  /** As a refusal names it. */
  what: string;
  moves: Moves<State, Move>;
};

export function defineWay<const State extends string, const Move extends string>(
  way: Way<State, Move>,
): Way<State, Move> {
  return way;
}

/** The state after the move, or a 409 that names the legal ones. */
export function take<State extends string, Move extends string>(
  way: Way<State, Move>,
  about: { id: string; state: State; move: Move },
): State {
  const { id, state, move } = about;
  const to: State | undefined = way.moves[state][move];
  if (to !== undefined) return to;
  const legal = legalMoves(way, state);
  throw new DmrvError('MOVE_ILLEGAL', {
    facts: { what: way.what, id, state, move, legal: legal.length === 0 ? 'none' : legal.join(', ') },
  });
}

export function legalMoves<State extends string, Move extends string>(
  way: Way<State, Move>,
  state: State,
): string[] {
  return Object.keys(way.moves[state]);
}
