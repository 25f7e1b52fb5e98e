// Owns a chain on which credits are retired in every way, and the proof files that its RPC alone gives; leaves what is right to the
// specs.
import type { ExecutionContext } from 'ava';
import { type AskChain, createAskChain } from '../../api/chain/json-rpc.ts';
import { proveRetirement } from '../../api/proofs/prove-retirement.ts';
import { hashMrvPayload, type MrvPayload } from '../../core/canonical/mrv-hash.ts';
import { RetryableError } from '../../core/errors/index.ts';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { RetirementProof } from '../../core/proofs/bundle-schema.ts';
import { CONTRACT_ID } from './contract-chain.ts';
import { type ContractWorld, hashOf } from './contract-world.ts';
import { type IndexedChain, serveContractWorld } from './indexed-chain.ts';
import { hashBeneficiary, type Retired } from './proof-words.ts';

/** Blocks until a final head stands above what happened last. */
const TO_FINAL = 6;
const PATIENCE = 5;

export const PAYLOAD: MrvPayload = {
  form: 'dmrv-mrv/1',
  registry_id: 'verra',
  methodology_code: 'VM0042',
  methodology_version: '2.1',
  project_type: 'biochar',
  host_country: 'CH',
  location: { lat: 47.5, lon: 7.5 },
  period_start_on: '2025-01-01',
  period_end_on: '2025-12-31',
  vintage_year: 2025,
  computed_tonnage: '100',
  gross_removal: '110',
  baseline_emissions: '4',
  project_emissions: '3',
  leakage_deduction: '2',
  buffer_deduction: '1',
  unit: '1',
  evidence_hash: hashOf('evidence'),
  verification_report_hash: hashOf('report'),
};

export type ProofStory = {
  chain: IndexedChain;
  world: ContractWorld;
  ask: AskChain;
  retired: Retired;
  finish(): void;
  prove(
    token_id: string,
    wish?: { head?: string; from?: string; with_payload?: boolean },
  ): Promise<RetirementProof>;
};

export async function playProofStory(t: ExecutionContext, history_blocks = 20_000): Promise<ProofStory> {
  const chain = await serveContractWorld(t, { node: { history_blocks, epoch_length: 40n, validators: 3 } });
  const { world } = chain;
  const finish = (): void => void world.chain.node.produceBlocks({ count: TO_FINAL });
  const ask = patient(createAskChain({ rpc_urls: [chain.rpc_url] }));
  const retired = retireInEveryWay(world);
  finish();
  return {
    chain,
    world,
    ask,
    retired,
    finish,
    prove: async (token_id, { with_payload = false, ...wish } = {}) => {
      const canonical_payload = with_payload
        ? (PAYLOAD as unknown as RetirementProof['canonical_payload'])
        : null;
      const about = { contract_id: CONTRACT_ID, token_id, canonical_payload, ...wish };
      return (await proveRetirement(ask, about)).bundle;
    },
  };
}

/** Specs share the machine: an answer may take longer than a product would wait. */
export function patient(ask: AskChain): AskChain {
  return async (method, params) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(method, params);
      } catch (error) {
        if (!(error instanceof RetryableError) || attempt === PATIENCE) throw error;
      }
    }
  };
}

function retireInEveryWay(world: ContractWorld): Retired {
  const organisation = {
    beneficiary: '江苏亨通 Zoë AG',
    beneficiary_kind: 'organisation',
    reason: 'Emissions of 2025',
  };
  const retire = (args: { tonnage?: string; token_id: string; [name: string]: string }): string => {
    // A part's deposit pays for two new tokens; all of a credit is retired for 1 yocto.
    const call = args.tonnage === undefined ? world.act.bind(world) : world.pay.bind(world);
    return String(call('alice.near', 'retire', { ...organisation, ...args }).value);
  };

  const whole = world.mint({ mrv_hash: hashMrvPayload(PAYLOAD) });
  retire({
    token_id: whole,
    beneficiary_id: 'lei:5299000J2N45DDNE4Y28',
    consumption_period: '2025',
    jurisdiction: 'DE',
  });
  confirm(world, whole, { from: 'registry.near', id: 'R-2026-17' });
  confirm(world, whole, { from: 'agent.near', id: 'R-2026-18', amends: true });

  const part = retire({ token_id: world.mint({ credit: { serial: serialAt(2000) } }), tonnage: '30' });
  world.act('registry.near', 'refuse_retirement', { token_id: part, reason: 'The units are on hold' });

  const divided = world.mint({ credit: { serial: serialAt(3000) } });
  const parts = world.pay('alice.near', 'split', { token_id: divided, tonnages: ['20', '30', '50'] })
    .value as string[];
  const joined = String(world.pay('alice.near', 'merge', { token_ids: parts.slice(1) }).value);
  const merged = retire({ token_id: joined, tonnage: '79' });

  const [one, two] = [
    world.mint({ credit: { serial: serialAt(4000) } }),
    world.mint({ credit: { serial: serialAt(5000) } }),
  ];
  const batch = world.pay('alice.near', 'retire_batch', {
    retirements: [
      { ...organisation, token_id: one, tonnage: '10' },
      { ...organisation, token_id: two },
    ],
  }).value as string[];
  confirm(world, batch[1] ?? '', { from: 'agent.near', id: 'R-2026-19' });

  const salt = toHex(sha256(new TextEncoder().encode('salt')));
  const person = 'Zoë Müller';
  const commitment = {
    beneficiary_kind: 'individual',
    beneficiary_commitment: hashBeneficiary({ salt, beneficiary: person }),
  };
  const hide = (start: number): string =>
    String(
      world.act('alice.near', 'retire', {
        token_id: world.mint({ credit: { serial: serialAt(start) } }),
        ...commitment,
      }).value,
    );
  const [hidden, revealed] = [hide(6000), hide(7000)];
  world.act('alice.near', 'reveal_beneficiary', { token_id: revealed, beneficiary: person, salt });
  return { whole, part, merged, batch, hidden, revealed, person };
}

/** The first statement is paid by the token's reserve, a later one by whoever makes it. */
function confirm(
  world: ContractWorld,
  token_id: string,
  { from, id, amends = false }: { from: string; id: string; amends?: boolean },
): void {
  const call = amends ? world.pay.bind(world) : world.act.bind(world);
  call(from, 'confirm_retirement', {
    token_id,
    registry_retirement_id: id,
    registry_retired_on: '2026-06-01',
    evidence_sha256: hashOf(`the registry's document ${id}`),
  });
}

function serialAt(start: number) {
  return { namespace: 'VCS-1234-2025', start: `${start}` };
}
