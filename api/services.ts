// Owns what handlers are given beside their request: clocks, chain, stores; leaves making them to whoever starts the API.

import type { Challenge, OpenedSession, SignIn } from './callers/holder-login.ts';
import type { AskChain } from './chain/json-rpc.ts';
import type { SagaDefinitions } from './sagas/define.ts';
import type { Signing } from './signing/types.ts';
import type { Files } from './store/store.ts';

/** What the application makes of its own parts; the rest is made by whoever starts it. */
export type OwnServices = Pick<Services, 'forgetKey' | 'holderLogin'>;

/** Parts of the product add what their handlers need; scripts/start and the specs' support make them. */
export type Services = {
  /** The time, so that tests can move it. */
  now: () => Date;
  /** The chain that this deployment works on. */
  chain: {
    network: string;
    contract_account_id: string;
    ask: AskChain;
  };
  /** Where people reach the API and its pages, without a slash at its end. */
  publicUrl?: () => string | undefined;
  /** Where files of evidence and documents are kept. */
  files: Files;
  /** The kinds of processes that workers carry out. */
  sagas: SagaDefinitions;
  /** The one place that signs for the platform. */
  signing: Signing;
  /** Starts a run of reconciliation, which goes on after the answer. */
  reconciliation: { begin: (started_by: string) => Promise<{ run_id: string }> };
  /** How a holder signs in with a wallet. */
  holderLogin: {
    challenge: (now: Date) => Promise<Challenge>;
    signIn: (given: SignIn, now: Date) => Promise<OpenedSession>;
  };
  /** A key that was revoked by this process ends at once, and not when it is asked for anew. */
  forgetKey: (key_id: string) => void;
};
