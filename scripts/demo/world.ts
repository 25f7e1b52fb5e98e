// Owns what every step of the demo world may use: clients, wallets, the journal, waiting; leaves the steps to their files.

import { setTimeout as sleep } from 'node:timers/promises';
import { actions } from 'near-api-js';
import { type Client, createClient } from '../../api/client/client.ts';
import { API_ROUTES } from '../../api/routes/index.ts';
import { type DeployChain, send, view } from '../deploy/chain.ts';
import { readAccountKey } from '../deploy/credentials.ts';
import type { Journal } from './journal.ts';

export type ApiClient = Client<typeof API_ROUTES>;

const GAS = 100n * 10n ** 12n;
const LOOK_EVERY_MS = 150;
/** A busy machine takes its time; beyond this something is wrong. */
const LONGEST_MS = 120_000;

export type DemoWorld = {
  clientFor(token: string): ApiClient;
  operator: ApiClient;
  journal: Journal;
  /** Signed by the account's own key, as a wallet does. */
  call(account_id: string, method: string, args: object, deposit?: bigint): Promise<void>;
  view<T>(method: string, args: Record<string, unknown>): Promise<T>;
  /** Throws where the product stops. */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
};

export function openWorld(about: {
  base_url: string;
  operator_key: string;
  contract_id: string;
  chain: DeployChain;
  keys_folder: string;
  journal: Journal;
  stop: AbortSignal;
}): DemoWorld {
  const { base_url, operator_key, contract_id, chain, keys_folder, journal, stop } = about;
  const clientFor = (token: string): ApiClient =>
    createClient({ routes: API_ROUTES, base_url, token, fetch: patientFetch(stop) });
  // One at a time for each account: the next takes the nonce that the one before has left.
  const last = new Map<string, Promise<void>>();
  const inTurn = (account_id: string, work: () => Promise<void>): Promise<void> => {
    const before = last.get(account_id) ?? Promise.resolve();
    const next = before.then(work, work);
    last.set(account_id, next);
    return next;
  };
  return {
    clientFor,
    operator: clientFor(operator_key),
    journal,
    call: (account_id, method, args, deposit = 1n) =>
      inTurn(account_id, async () => {
        stop.throwIfAborted();
        const key = await readAccountKey({ keys_folder, network: chain.network, account_id });
        const call = actions.functionCall(method, args, GAS, deposit);
        await send(chain, { key, receiver_id: contract_id, actions: [call] });
      }),
    view: async <T>(method: string, args: Record<string, unknown>): Promise<T> =>
      (await view(chain, contract_id, method, args)) as T,
    until: async (what, look) => {
      const give_up = Date.now() + LONGEST_MS;
      for (;;) {
        stop.throwIfAborted();
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > give_up) throw new Error(`It never came about that ${what}.`);
        await sleep(LOOK_EVERY_MS, undefined, { signal: stop });
      }
    },
  };
}

const TURNED_AWAY = 503;
const MOST_TRIES = 30;
const USUAL_WAIT_S = 2;

/** A first start on a small machine has much to do at once: whoever is turned away for a while comes again. */
function patientFetch(stop: AbortSignal): typeof fetch {
  return async (url, init) => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(url, init);
      if (response.status !== TURNED_AWAY || attempt === MOST_TRIES) return response;
      await response.body?.cancel();
      const seconds = Number(response.headers.get('retry-after') ?? USUAL_WAIT_S);
      await sleep(seconds * 1000, undefined, { signal: stop });
    }
  };
}
