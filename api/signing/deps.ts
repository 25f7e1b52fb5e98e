// Owns what the files of this room are given by open-signing.ts; leaves using it to them.

import type pg from 'pg';
import type { AskChain } from '../chain/json-rpc.ts';
import type { SigningKey } from './types.ts';

export type Pace = {
  /** Between two looks at a transaction. */
  look_ms: number;
  /** A transaction that no node knows is sent again after so long. */
  resend_ms: number;
  /** A call that is not settled by then is told as pending. */
  wait_ms: number;
};

export type SigningDeps = {
  /** Of the login `app`. */
  pool: pg.Pool;
  contract_id: string;
  ask: AskChain;
  keys: readonly SigningKey[];
  now: () => Date;
  /** Never with a key or bytes. */
  log: (line: string, about: { purpose?: string; transaction_hash?: string; reason: string }) => void;
  pace: Pace;
};
