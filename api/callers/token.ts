// Owns how a key or session token is written and hashed; leaves keeping the hashes to core/db.

import { createHash, randomBytes } from 'node:crypto';
import { encodeBase58 } from '../../core/near/base58.ts';
import type { CallerKind } from '../caller.ts';

export type TokenKind = Exclude<CallerKind, 'anyone'>;

const LETTERS: Readonly<Record<TokenKind, string>> = {
  tenant: 't',
  operator: 'p',
  registry: 'r',
  holder: 'h',
};

const SECRET_BYTES = 32;
const VISIBLE_CHARACTERS = 8;
const VISIBLE_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

export type NewToken = {
  /** Shown once. */
  token: string;
  /** What lists show, so that a key is known again. */
  prefix: string;
  hash: string;
};

/** `dmrv_t_8kd3mz2p_` and 256 bits in base58; the letter says whose it is: tenant, platform, registry or holder. */
export function makeToken(kind: TokenKind): NewToken {
  const visible = [...randomBytes(VISIBLE_CHARACTERS)].map(
    (byte) => VISIBLE_ALPHABET[byte % VISIBLE_ALPHABET.length],
  );
  const prefix = `dmrv_${LETTERS[kind]}_${visible.join('')}`;
  const token = `${prefix}_${encodeBase58(randomBytes(SECRET_BYTES))}`;
  return { token, prefix, hash: hashToken(token) };
}

/** A secret of 256 bits cannot be guessed from its hash, so that no salt and no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const TOKEN = /^dmrv_[tprh]_[a-z2-9]{8}_[1-9A-HJ-NP-Za-km-z]{40,48}$/;

/** The token of an Authorization header. `none` where there is no header, `malformed` where it holds no token. */
export function readAuthorization(header: string | undefined): { token: string } | 'none' | 'malformed' {
  if (header === undefined) return 'none';
  const token = /^Bearer ([\x21-\x7e]{1,128})$/i.exec(header)?.[1];
  return token !== undefined && TOKEN.test(token) ? { token } : 'malformed';
}
