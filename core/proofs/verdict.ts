// Owns the shape of a verifier's answer; leaves the checks to the verifiers.

/** A refusal is an answer, not an exception: the reader learns which step failed and why. */
export type Verdict<Step extends string, Value> =
  | { ok: true; value: Value }
  | { ok: false; step: Step; reason: string };

export function accept<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function refuse<Step extends string>(
  step: Step,
  reason: string,
): { ok: false; step: Step; reason: string } {
  return { ok: false, step, reason };
}
