// Owns where a function is charged for which operators: one point per straight-line range; leaves prices and code to instrument.ts.

/** How a point may join its neighbours. Only `pure` code moves: nothing in it can be seen to have run or not. */
type PointKind = 'pure' | 'before_flow' | 'after_flow' | 'between_flow' | 'unreachable' | 'linear';

export interface GasPoint {
  offset: number;
  /** Operators paid for at this point, each at the regular price. */
  operators: number;
  /** A bulk operator's price grows with its operand; the point then stands directly before it. */
  linear: boolean;
}

interface Point {
  offset: number;
  operators: number;
  kind: PointKind;
}

interface Frame {
  unreachable: boolean;
  /** `open`: nothing branches to the frame's end so far, so the end changes nothing for straight-line code. */
  target: 'open' | 'forward' | { entry: Point; body: Point };
}

/** Collects one function's points. Every operator is announced through `begin` and then exactly one more call. */
export class GasPoints {
  private readonly points: Point[] = [];
  private readonly frames: Frame[] = [{ unreachable: false, target: 'open' }];
  private scheduled: Point | null = null;
  private offset = 0;

  /** What the operator before scheduled behind itself stands at this operator's start. */
  begin(offset: number): void {
    this.offset = offset;
    if (this.scheduled === null) return;
    this.scheduled.offset = offset;
    this.points.push(this.scheduled);
    this.scheduled = null;
  }

  pure(operators: number): void {
    this.before('pure', operators);
  }

  /** An operator that may trap, branch, call or be seen: code behind it is paid for only once it is reached. */
  effect(operators: number): void {
    this.before('before_flow', operators);
    this.after('after_flow', 0);
  }

  linear(): void {
    this.before('linear', 0);
    this.after('after_flow', 0);
  }

  block(): void {
    this.pure(0);
    this.enter('open');
  }

  /** A loop's own price is due on every turn, so it stands behind the operator, at the start of the body. */
  loop(): void {
    const entry = this.before('pure', 0);
    const body = this.after('pure', 1);
    this.enter({ entry, body });
  }

  if(): void {
    this.effect(1);
    this.enter('forward');
  }

  else(): void {
    this.frames.pop();
    this.enter('forward');
    this.effect(0);
  }

  end(): void {
    if (this.frame(0).target === 'forward') this.effect(0);
    else this.pure(0);
    if (this.frames.length > 1) this.frames.pop();
  }

  branchIf(depth: number): void {
    this.effect(1);
    this.markTarget(depth);
  }

  branch(depths: readonly number[]): void {
    this.effect(1);
    for (const depth of depths) this.markTarget(depth);
    this.frame(0).unreachable = true;
  }

  return(): void {
    this.branch([this.frames.length - 1]);
  }

  unreachable(): void {
    this.before('before_flow', 1);
    this.after('unreachable', 0);
    this.frame(0).unreachable = true;
  }

  /** The points that cost something, in the order of the code. */
  finish(): GasPoint[] {
    const joined = joinRanges(joinSameOffset(this.points));
    return joined
      .filter((point) => point.kind !== 'unreachable' && (point.operators > 0 || point.kind === 'linear'))
      .map(({ offset, operators, kind }) => ({ offset, operators, linear: kind === 'linear' }));
  }

  private before(kind: PointKind, operators: number): Point {
    const point: Point = {
      offset: this.offset,
      operators,
      kind: this.frame(0).unreachable ? 'unreachable' : kind,
    };
    this.points.push(point);
    return point;
  }

  private after(kind: PointKind, operators: number): Point {
    this.scheduled = { offset: this.offset, operators, kind };
    return this.scheduled;
  }

  private enter(target: Frame['target']): void {
    this.frames.push({ unreachable: this.frame(0).unreachable, target });
  }

  private frame(depth: number): Frame {
    const frame = this.frames[this.frames.length - 1 - depth];
    if (frame === undefined)
      throw new Error(`no frame ${depth} levels up; the engine validates depths first`);
    return frame;
  }

  private markTarget(depth: number): void {
    const frame = this.frame(depth);
    if (typeof frame.target === 'object') {
      frame.target.entry.kind = 'before_flow';
      frame.target.body.kind = 'after_flow';
    } else {
      frame.target = 'forward';
    }
  }
}

function joinSameOffset(points: readonly Point[]): Point[] {
  return joinNeighbours(points, (left, right) => {
    if (left.offset !== right.offset) return null;
    if (left.kind === 'unreachable' || right.kind === 'unreachable') return 'unreachable';
    if (left.kind === 'pure' || right.kind === 'linear') return right.kind;
    if (right.kind === 'pure' || left.kind === right.kind) return left.kind;
    return 'between_flow';
  });
}

function joinRanges(points: readonly Point[]): Point[] {
  return joinNeighbours(points, (left, right) => {
    if (left.kind === 'unreachable' && right.kind === 'unreachable') return 'unreachable';
    if (left.kind === 'pure' && right.kind === 'pure') return 'pure';
    if (left.kind === 'pure' && right.kind === 'before_flow') return 'before_flow';
    if (left.kind === 'after_flow' && right.kind === 'pure') return 'after_flow';
    if (left.kind === 'after_flow' && right.kind === 'before_flow') return 'between_flow';
    return null;
  });
}

function joinNeighbours(
  points: readonly Point[],
  kindOfBoth: (left: Point, right: Point) => PointKind | null,
): Point[] {
  const joined: Point[] = [];
  for (const point of points) {
    const last = joined.at(-1);
    const kind = last === undefined ? null : kindOfBoth(last, point);
    if (last === undefined || kind === null) joined.push({ ...point });
    else Object.assign(last, { kind, operators: last.operators + point.operators });
  }
  return joined;
}
