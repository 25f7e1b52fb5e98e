// Owns that metering counts what a plain interpreter counts, on random programs; leaves named cases to gas-points.test.ts.
import test from 'ava';
import fc from 'fast-check';
import {
  assemble,
  callCode,
  entryGas,
  failed,
  loadingFee,
  OP,
} from '../../../sandbox-tests/support/near-vm.ts';

const LOCALS = 3;
const MOST_TURNS = 3;

type Expr =
  | { kind: 'const'; value: number }
  | { kind: 'get'; local: number }
  | { kind: 'add'; left: Expr; right: Expr }
  | { kind: 'eqz'; of: Expr }
  | { kind: 'call'; of: Expr };
type Step =
  | { kind: 'nop' }
  | { kind: 'set'; local: number; to: Expr }
  | { kind: 'if'; when: Expr; yes: Step[]; no: Step[] }
  | { kind: 'block'; body: Step[] }
  | { kind: 'loop'; body: Step[] }
  | { kind: 'br'; depth: number }
  | { kind: 'br_if'; depth: number; when: Expr }
  | { kind: 'br_table'; depths: number[]; at: Expr }
  | { kind: 'return' };

const { expr, steps } = fc.letrec<{ expr: Expr; step: Step; steps: Step[] }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('const' as const), value: fc.nat(3) }),
    fc.record({ kind: fc.constant('get' as const), local: fc.nat(LOCALS - 1) }),
    fc.record({ kind: fc.constant('add' as const), left: tie('expr'), right: tie('expr') }),
    fc.record({ kind: fc.constant('eqz' as const), of: tie('expr') }),
    fc.record({ kind: fc.constant('call' as const), of: tie('expr') }),
  ),
  step: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constant<Step>({ kind: 'nop' }),
    fc.record({ kind: fc.constant('set' as const), local: fc.nat(LOCALS - 1), to: tie('expr') }),
    fc.record({ kind: fc.constant('br' as const), depth: fc.nat(5) }),
    fc.constant<Step>({ kind: 'return' }),
    fc.record({ kind: fc.constant('br_if' as const), depth: fc.nat(5), when: tie('expr') }),
    fc.record({
      kind: fc.constant('br_table' as const),
      depths: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
      at: tie('expr'),
    }),
    fc.record({ kind: fc.constant('if' as const), when: tie('expr'), yes: tie('steps'), no: tie('steps') }),
    fc.record({ kind: fc.constant('block' as const), body: tie('steps') }),
    fc.record({ kind: fc.constant('loop' as const), body: tie('steps') }),
  ),
  steps: fc.array(tie('step'), { maxLength: 5 }),
}));

test('a random program costs what an interpreter counts, operator by operator', (t) => {
  fc.assert(
    fc.property(steps, expr, (program, last) => {
      const whole: Step[] = [...program, { kind: 'set', local: 0, to: last }];
      const writer = { loops: 0 };
      const body = whole.map((step) => textOf(step, 0, writer)).join('\n');
      const locals = LOCALS + writer.loops;
      const code =
        assemble(`(module (func $next (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
        (func (export "main") (local ${'i32 '.repeat(locals)}) ${body}))`);
      const outcome = callCode(code);
      const machine = new Machine(locals);
      machine.run(whole, 0);
      const expected =
        loadingFee(code) + entryGas(4 * locals) + BigInt(machine.operators) * OP + machine.entries;
      return failed(outcome) === 'no failure' && outcome.burnt_gas === expected;
    }),
    { numRuns: 100 },
  );
  t.pass();
});

/** Depths beyond the function's own label are brought back to it. */
const within = (depth: number, nesting: number) => Math.min(depth, nesting);

function textOf(step: Step, nesting: number, writer: { loops: number }): string {
  const inner = (body: Step[], more: number) =>
    body.map((item) => textOf(item, nesting + more, writer)).join(' ');
  switch (step.kind) {
    case 'nop':
    case 'return':
      return `(${step.kind})`;
    case 'set':
      return `(local.set ${step.local} ${exprText(step.to)})`;
    case 'br':
      return `(br ${within(step.depth, nesting)})`;
    case 'br_if':
      return `(br_if ${within(step.depth, nesting)} ${exprText(step.when)})`;
    case 'br_table':
      return `(br_table ${step.depths.map((depth) => within(depth, nesting)).join(' ')} ${exprText(step.at)})`;
    case 'if':
      return `(if ${exprText(step.when)} (then ${inner(step.yes, 1)}) (else ${inner(step.no, 1)}))`;
    case 'block':
      return `(block ${inner(step.body, 1)})`;
    case 'loop': {
      // A counter of its own bounds every loop, so that no branch back to it runs for ever.
      const count = LOCALS + writer.loops++;
      const turn = `(local.set ${count} (i32.add (local.get ${count}) (i32.const 1)))`;
      return `(loop (if (i32.lt_u (local.get ${count}) (i32.const ${MOST_TURNS})) (then ${turn} ${inner(step.body, 2)} (br 1))))`;
    }
  }
}

function exprText(of: Expr): string {
  if (of.kind === 'const') return `(i32.const ${of.value})`;
  if (of.kind === 'get') return `(local.get ${of.local})`;
  if (of.kind === 'add') return `(i32.add ${exprText(of.left)} ${exprText(of.right)})`;
  return of.kind === 'eqz' ? `(i32.eqz ${exprText(of.of)})` : `(call $next ${exprText(of.of)})`;
}

/** Where a step leads: on, or out of so many labels. */
type Way = null | number;

class Machine {
  operators = 0;
  entries = 0n;
  private readonly locals: number[];
  private readonly counters = new Map<Step, number>();

  constructor(locals: number) {
    this.locals = new Array<number>(locals).fill(0);
  }

  run(body: readonly Step[], nesting: number): Way {
    for (const step of body) {
      const way = this.step(step, nesting);
      if (way !== null) return way;
    }
    return null;
  }

  private step(step: Step, nesting: number): Way {
    if (step.kind === 'block') return this.leave(this.run(step.body, nesting + 1));
    if (step.kind === 'loop') return this.loop(step, nesting);
    if (step.kind === 'set') this.locals[step.local] = this.value(step.to);
    const way = this.plain(step, nesting);
    return way;
  }

  private plain(step: Step, nesting: number): Way {
    const value = 'when' in step ? this.value(step.when) : 'at' in step ? this.value(step.at) : 0;
    this.operators += 1;
    if (step.kind === 'br') return within(step.depth, nesting);
    if (step.kind === 'return') return nesting;
    if (step.kind === 'br_if') return value !== 0 ? within(step.depth, nesting) : null;
    if (step.kind === 'br_table')
      return within(step.depths[Math.min(value >>> 0, step.depths.length - 1)] ?? 0, nesting);
    if (step.kind === 'if') return this.leave(this.run(value !== 0 ? step.yes : step.no, nesting + 1));
    return null;
  }

  private leave(way: Way): Way {
    return way === null || way === 0 ? null : way - 1;
  }

  private loop(step: Step & { kind: 'loop' }, nesting: number): Way {
    for (;;) {
      // loop, local.get, i32.const, i32.lt_u and if.
      this.operators += 5;
      const turns = this.counters.get(step) ?? 0;
      if (turns >= MOST_TURNS) return null;
      this.counters.set(step, turns + 1);
      this.operators += 4;
      const way = this.run(step.body, nesting + 2);
      // The branch back at the end costs one; a branch to the if leaves the loop, one to the loop goes back.
      if (way === null) this.operators += 1;
      else if (way === 0) return null;
      else if (way > 1) return way - 2;
    }
  }

  private value(of: Expr): number {
    this.operators += 1;
    if (of.kind === 'const') return of.value;
    if (of.kind === 'get') return this.locals[of.local] ?? 0;
    if (of.kind === 'add') return (this.value(of.left) + this.value(of.right)) | 0;
    if (of.kind === 'eqz') return this.value(of.of) === 0 ? 1 : 0;
    this.operators += 3;
    this.entries += entryGas(4);
    return (this.value(of.of) + 1) | 0;
  }
}
