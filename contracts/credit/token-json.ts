// Owns how a token is shown, as NEP-177's token and as a credit; leaves finding it to the views.

import { listApprovals } from './approvals.ts';
import { endOfDay } from './dates.ts';
import { isLive, STATUS, type Status, serialOf, type TokenRecord } from './token-record.ts';

const NS_PER_MS = 1_000_000n;

/** What a hash is said to be, as the platform says it. */
export const STATUS_NAMES: { readonly [S in Status]: string } = {
  a: 'active',
  i: 'impaired',
  r: 'retired',
  x: 'invalidated',
  d: 'void',
  m: 'void',
  e: 'void',
  c: 'void',
  z: 'expired',
};

const VOID_CAUSES: { readonly [S in Status]?: string } = {
  [STATUS.divided]: 'divided',
  [STATUS.merged]: 'merged',
  [STATUS.redeemed]: 'redeemed',
  [STATUS.cancelled]: 'cancelled',
};

export function nftToken(token_id: string, token: TokenRecord): object {
  const { tonnage, registry, project_id, vintage_year, expires_on, reference, reference_hash } = token;
  return {
    token_id,
    owner_id: token.owner_id,
    metadata: {
      title: `${tonnage} t CO2e, ${project_id}, ${vintage_year}`,
      description: `Carbon credit of ${registry}, project ${project_id}, vintage ${vintage_year}`,
      media: null,
      media_hash: null,
      copies: 1,
      issued_at: Number(BigInt(token.born_at_ns) / NS_PER_MS),
      expires_at: expires_on === '' ? null : endOfDay(expires_on),
      starts_at: null,
      updated_at: null,
      extra: JSON.stringify(factsOf(token)),
      reference: reference === '' ? null : reference,
      reference_hash: reference_hash === '' ? null : reference_hash,
    },
    approved_account_ids: listApprovals(token),
  };
}

export function creditOf(
  mrv_hash: string,
  token: TokenRecord,
  { is_impaired }: { is_impaired: boolean },
): object {
  const is_live = isLive(token);
  return {
    mrv_hash,
    ...statusOf(token, { is_impaired }),
    ...(is_live ? { owner_id: token.owner_id } : { last_owner_id: token.owner_id }),
    ...factsOf(token),
    minter_id: token.minter_id,
    born_at_ns: token.born_at_ns,
    ...listField('parents', token.parents),
    ...listField('children', token.children),
  };
}

export function statusOf(
  token: TokenRecord,
  { is_impaired }: { is_impaired: boolean },
): { status: string; cause?: string } {
  if (isLive(token)) return { status: is_impaired ? 'impaired' : 'active' };
  const cause = VOID_CAUSES[token.status];
  const status = STATUS_NAMES[token.status];
  return cause === undefined ? { status } : { status, cause };
}

/** What was said of it when it was minted, and of its parts. */
export function factsOf(token: TokenRecord): object {
  return {
    origin: token.origin,
    registry: token.registry,
    project_id: token.project_id,
    methodology: token.methodology,
    tonnage: token.tonnage,
    unit: token.unit,
    serial: serialOf(token),
    vintage_year: Number(token.vintage_year),
    issued_on: token.issued_on,
    expires_on: orAbsent(token.expires_on),
    consent_ref: token.consent_ref,
    buffer_tonnage: orAbsent(token.buffer_tonnage),
    replaces: orAbsent(token.replaces),
    reference: orAbsent(token.reference),
    reference_hash: orAbsent(token.reference_hash),
  };
}

// JSON leaves out what is undefined.
function orAbsent(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function listField(name: string, text: string): object {
  return text === '' ? {} : { [name]: text.split(',') };
}
