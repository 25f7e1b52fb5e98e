// Owns the words in which a verdict tells what holds; leaves whether it holds to the checks.
import { formatTonnage } from '../credit/tonnage.ts';
import type { RetirementEvent } from './bundle-schema.ts';
import type { Born } from './check-lineage.ts';
import type { CheckedHead } from './check-outcomes.ts';
import type { RegistryWord } from './check-words.ts';
import type { Told, ToldOf } from './proof-events.ts';

export function sourceWords({ hash, height, source, from }: CheckedHead): string {
  const words = `True as of block ${height}, ${hash}`;
  if (source === 'pinned') return `${words}: the head that you trust.`;
  if (source === 'light_client') {
    return `${words}: reached by blocks that their producers signed, from block ${from?.height}, which you trust.`;
  }
  const reached =
    from === undefined ? '' : ` Signed blocks lead to it from block ${from.height}, ${from.hash}.`;
  return `${words}: an untrusted head. The file agrees with itself; look the block up elsewhere.${reached}`;
}

export function retirementWords(retirement: RetirementEvent): string {
  const { tonnage, account_id, beneficiary, beneficiary_commitment, registry, project_id, vintage_year } =
    retirement;
  const at = timeOf(BigInt(retirement.retired_at_ns));
  const whom = beneficiary ?? `whoever is behind the commitment ${beneficiary_commitment}`;
  return `${account_id} retired ${tonnage} t of ${registry} ${project_id}, ${vintage_year}, at ${at} for ${whom}.`;
}

export function lineageWords(
  { token_id }: RetirementEvent,
  about: { born: Born; mint: ToldOf<'mint'>; told: readonly Told[] },
): string {
  const { born, mint, told } = about;
  const { data } = mint;
  const minted = `minted by ${data.minter_id} under the consent ${data.consent_ref}`;
  if (token_id === data.token_id) return `The token is the hash that was ${minted}, ${data.tonnage} t.`;
  const parts = told.filter(({ act }) => act === 'split' || act === 'merge').length;
  const whole = `${data.token_id}, ${data.tonnage} t, ${minted}`;
  const steps = many(parts, 'division or merger', 'divisions and mergers');
  return `${steps} lead from the token and its ${formatTonnage(born.units)} t back to ${whole}.`;
}

export function registryWords(word: RegistryWord): string {
  if (word.state === 'pending') return 'The file has no word of the registry.';
  const by = (attested_by: string, account_id: string): string =>
    attested_by === 'registry' ? `The registry (${account_id})` : `An agent of the registry (${account_id})`;
  if (word.state === 'refused') return `${by(word.attested_by, word.by)} refused it: ${word.reason}.`;
  const { row, amendments } = word;
  const amended = amendments === 0 ? '' : `, amended ${many(amendments, 'time', 'times')}`;
  return `${by(row.attested_by, row.account_id)} confirmed it as ${row.registry_retirement_id} of ${row.registry_retired_on}${amended}.`;
}

export function many(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}

const NS_PER_MS = 1_000_000n;

export function timeOf(ns: bigint): string {
  return new Date(Number(ns / NS_PER_MS)).toISOString();
}
