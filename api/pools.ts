// Owns the API's connections, one pool for each login that a caller can have; leaves who has which to caller.ts.

import type pg from 'pg';
import type { Login } from '../core/db/logins.ts';
import { createPool } from '../core/db/pool.ts';

export const API_LOGINS = [
  'app',
  'operator',
  'registry_reader',
  'holder',
  'visitor',
] as const satisfies readonly Login[];

export type ApiPools = Readonly<Record<(typeof API_LOGINS)[number], pg.Pool>>;

/** Tenants make nearly all requests. All together stay well below the 100 connections of a usual server. */
const CONNECTIONS: Readonly<Record<(typeof API_LOGINS)[number], number>> = {
  app: 20,
  operator: 4,
  registry_reader: 4,
  holder: 8,
  visitor: 8,
};

/** No request is meant to ask for more; one that does must not keep a connection for ever. */
const STATEMENT_TIMEOUT_MS = 20_000;

function inTime(text: string): string {
  const url = new URL(text);
  url.searchParams.set('statement_timeout', String(STATEMENT_TIMEOUT_MS));
  return url.href;
}

export function openPools(options: {
  urlFor: (login: Login) => string;
  log: (line: string) => void;
}): ApiPools & { close(): Promise<void> } {
  const { urlFor, log } = options;
  const open = (login: (typeof API_LOGINS)[number]): pg.Pool =>
    createPool({
      url: inTime(urlFor(login)),
      max: CONNECTIONS[login],
      on_idle_error: (error) => log(`A database connection was lost: ${error.message}`),
    });
  const pools: ApiPools = {
    app: open('app'),
    operator: open('operator'),
    registry_reader: open('registry_reader'),
    holder: open('holder'),
    visitor: open('visitor'),
  };
  return {
    ...pools,
    close: async () => {
      for (const login of API_LOGINS) await pools[login].end();
    },
  };
}
