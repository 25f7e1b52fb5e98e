// Owns the words in which a projector says what an event changes and what it expects to find; leaves carrying them out to apply-change.ts.

import type { AttestedBy, Birth, ConsentKey, ConsentRow, Leg, RetirementRow, TokenRow } from './rows.ts';

/** What a token must be before the change. What is left out may be anything. Tonnages in units of 1e-8 t. */
export interface TokenExpectation {
  is_live?: boolean;
  /** By its own flag and its origin's. */
  is_free?: boolean;
  /** Its own flag alone. */
  is_impaired?: boolean;
  owner_account_id?: string;
  origin?: string;
  units?: bigint;
  registry?: string;
  /** Null where it must have none. */
  serial?: SerialRange | null;
  status?: TokenRow['status'];
  /** Born by this very receipt, and not told as minted before. */
  born_by?: string;
  /** Ended at this very time, and not told as burnt before. */
  ended_at?: string;
}

export interface SerialRange {
  namespace: string;
  /** Like `[1000,1100)`. */
  range: string;
}

/** Facts that only an issued credit brings; parts take them from what they come from. */
export type IssuedToken = Omit<
  TokenRow,
  | 'near_contract_id'
  | 'status'
  | 'birth'
  | 'is_impaired'
  | 'origin_is_impaired'
  | 'minted_at'
  | 'minted_identity'
  | 'ended_at'
  | 'last_position'
  | 'token_version'
>;

export interface BornPart {
  token_id: string;
  birth: Exclude<Birth, 'issue'>;
  /** In their order, the first gives the facts. */
  parents: readonly string[];
  ordinal: number;
  units: bigint;
  serial: SerialRange | null;
}

export interface ConsentDebit extends ConsentKey {
  mrv_hash: string;
  units: bigint;
  unit: bigint;
  serial: { namespace: string; start: bigint } | null;
}

/** What a retirement must be before the change. */
export interface RetirementExpectation {
  registry?: string;
  outcomes?: readonly RetirementRow['registry_outcome'][];
  /** The amendment that holds, null before any. */
  amendment?: number | null;
  is_hidden?: true;
}

export type RetirementEvent = Omit<
  RetirementRow,
  | 'near_contract_id'
  | 'event_identity'
  | 'event_position'
  | 'transaction_hash'
  | 'receipt_id'
  | 'block_height'
  | 'retired_at'
  | OutcomeField
>;

type OutcomeField =
  | 'registry_outcome'
  | 'registry_retirement_id'
  | 'registry_retired_on'
  | 'evidence_sha256'
  | 'amendment'
  | 'refusal_reason'
  | 'attested_by'
  | 'outcome_identity'
  | 'revealed_at'
  | 'confirmed_at'
  | 'refused_at';

export type RowChange =
  /** A token that was never there, of its own origin. */
  | { kind: 'bear_issued'; token: IssuedToken }
  /** A token that was never there, out of known ones. */
  | { kind: 'bear_part'; part: BornPart }
  /** One known token becomes something else; its time of ending is the event's where its status ends it. */
  | {
      kind: 'change_token';
      token_id: string;
      expect: TokenExpectation;
      set: Partial<Pick<TokenRow, 'owner_account_id' | 'status' | 'is_impaired'>>;
      move?: Move;
    }
  /** Every live token of an origin, at least one. */
  | { kind: 'flag_origin'; origin: string; registry: string; is_impaired: boolean }
  | {
      kind: 'record_consent';
      consent: Omit<ConsentRow, 'near_contract_id' | 'debited_co2e' | RecordedField>;
    }
  | { kind: 'debit_consent'; debit: ConsentDebit }
  /** What is left of it must be so many units. */
  | { kind: 'withdraw_consent'; consent: ConsentKey; remaining: bigint }
  | { kind: 'retire'; retirement: RetirementEvent }
  | {
      kind: 'change_retirement';
      token_id: string;
      expect: RetirementExpectation;
      set: Partial<
        Pick<
          RetirementRow,
          | 'registry_outcome'
          | 'registry_retirement_id'
          | 'registry_retired_on'
          | 'evidence_sha256'
          | 'amendment'
          | 'refusal_reason'
          | 'beneficiary'
        >
      > & { attested_by?: AttestedBy };
      /** Which of its times is the event's, where it has none yet. */
      stamp: 'revealed_at' | 'confirmed_at' | 'refused_at';
    };

type RecordedField = 'recorded_at' | 'withdrawn_at' | 'recorded_identity' | 'last_position';

/** Told by nft items alone. `why` is looked up in the token: by its birth, or by its end. */
export interface Move {
  leg: Exclude<Leg, 'mint' | 'split' | 'merge' | 'burn'> | 'by birth' | 'by end';
  from_account_id: string;
  to_account_id: string;
}
