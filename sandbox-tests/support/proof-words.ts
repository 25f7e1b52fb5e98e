// Owns the names of what a proof story retired, and hiding a name as a wallet does; leaves playing the story to proof-story.ts.
import { createHash } from 'node:crypto';

export type Retired = {
  /** Confirmed by the registry, then amended by its agent; its payload is known. */
  whole: string;
  /** Of a credit that was divided by retiring; refused. */
  part: string;
  /** Of what was split, merged again in part, and divided by retiring. */
  merged: string;
  /** Of one transaction. */
  batch: string[];
  hidden: string;
  revealed: string;
  person: string;
};

export function hashBeneficiary({ salt, beneficiary }: { salt: string; beneficiary: string }): string {
  const head = Buffer.from('dmrv:beneficiary:1\n');
  return createHash('sha256')
    .update(Buffer.concat([head, Buffer.from(salt, 'hex'), Buffer.from(beneficiary)]))
    .digest('hex');
}
