// Owns telling from a token who calls, remembering it for a few seconds; leaves what they may do to authorise.ts.

import type pg from 'pg';
import { noteKeyUse, type RecognisedKey, recogniseKey } from '../../core/db/callers.ts';
import { DmrvError } from '../../core/errors/index.ts';
import type { Caller } from '../caller.ts';
import { isScope, type Scope } from '../schemas/scopes.ts';
import { hashToken } from './token.ts';

/** How long a key that was revoked elsewhere still works here. One revoked by this process ends at once. */
export const REMEMBERED_MS = 5_000;
/** Each is some hundred bytes; beyond it the oldest is asked for anew. */
export const REMEMBERED_KEYS = 10_000;
/** A key's last use is written down at most so often. */
export const USE_NOTED_EVERY_MS = 60_000;

export type Recogniser = {
  /** Refuses with UNAUTHENTICATED what is unknown, revoked or expired. */
  recognise(token: string): Promise<KnownCaller>;
  /** A key that this process revoked. */
  forget(key_id: string): void;
};

export type KnownCaller = {
  caller: Exclude<Caller, { kind: 'anyone' }>;
  /** What has become of the tenant: it may be shut out for a while. */
  tenant_status: string | undefined;
};

type Remembered = KnownCaller & {
  key: RecognisedKey;
  forget_at: number;
  expires_at: number;
  note_at: number;
};

export function createRecogniser({ pool, now }: { pool: pg.Pool; now: () => Date }): Recogniser {
  const remembered = new Map<string, Remembered>();
  const noted = new Map<string, number>();

  const ask = async (hash: string, at: number): Promise<Remembered> => {
    const key = await recogniseKey(pool, hash);
    if (key === undefined) throw new DmrvError('UNAUTHENTICATED');
    const found = {
      key,
      caller: toCaller(key),
      tenant_status: key.tenant_status ?? undefined,
      forget_at: at + REMEMBERED_MS,
      expires_at: key.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(key.expires_at),
      note_at: noted.get(key.key_id) ?? 0,
    };
    keep(remembered, hash, found);
    return found;
  };

  return {
    async recognise(token) {
      const hash = hashToken(token);
      const at = now().getTime();
      const known = remembered.get(hash);
      const found = known !== undefined && known.forget_at > at ? known : await ask(hash, at);
      if (found.expires_at <= at) throw new DmrvError('UNAUTHENTICATED');
      if (found.note_at <= at && found.key.kind !== 'holder') {
        found.note_at = at + USE_NOTED_EVERY_MS;
        keep(noted, found.key.key_id, found.note_at);
        await noteKeyUse(pool, { kind: found.key.kind, key_id: found.key.key_id, used_at: new Date(at) });
      }
      return found;
    },
    forget(key_id) {
      for (const [hash, { key }] of remembered) if (key.key_id === key_id) remembered.delete(hash);
    },
  };
}

/** A map keeps its entries in the order in which they came, so the first is the oldest. */
function keep<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.delete(name);
  map.set(name, value);
  if (map.size <= REMEMBERED_KEYS) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function toCaller(key: RecognisedKey): KnownCaller['caller'] {
  const { kind, key_id } = key;
  const scopes = readScopes(key.permissions);
  switch (kind) {
    case 'tenant':
      return { kind, tenant_id: present(key.tenant_id), api_key_id: key_id, scopes };
    case 'operator':
      return { kind, platform_key_id: key_id, scopes };
    case 'registry': {
      const named = key.registry_name === null ? {} : { registry_name: key.registry_name };
      return { kind, registry_key_id: key_id, registry_type: present(key.registry_type), ...named, scopes };
    }
    case 'holder':
      return { kind, holder_session_id: key_id, account_id: present(key.account_id) };
  }
}

/** A permission that this release does not know gives nothing. */
function readScopes(permissions: unknown): ReadonlySet<Scope> {
  return new Set(Array.isArray(permissions) ? permissions.filter(isScope) : []);
}

function present(value: string | null): string {
  if (value === null) throw new Error('A key lacks whose it is, which its table does not allow.');
  return value;
}
