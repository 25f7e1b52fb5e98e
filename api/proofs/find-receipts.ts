// Owns finding on chain, by a node's answers alone, the receipts of a retirement, of its lineage and of what its registry said; leaves
// proving them to ask-outcome.ts.

import { z } from 'zod';
import { parseNearJson } from '../../core/near/json.ts';
import { type AskChain, RpcRefusal } from '../chain/json-rpc.ts';
import { heightAt, type TimedBlock } from './find-height.ts';

const FINAL = { finality: 'final' } as const;
/** A lineage of more hashes has no file: see MAX_ACTS of core/proofs. */
const MAX_HASHES = 1024;

const retirementSchema = z
  .object({
    origin: z.string(),
    retired_at_ns: z.string(),
    salt: z.string().optional(),
    statements: z.array(z.object({ at_ns: z.string() })),
  })
  .nullable();
const creditSchema = z.object({ born_at_ns: z.string() }).nullable();
const lineageSchema = z.object({ origin: z.string(), parents: z.array(z.string()) }).nullable();

/** The node has forgotten what is asked: one that keeps everything is needed. */
export class ForgottenError extends Error {
  override readonly name = 'ForgottenError';
}

export class NotRetiredError extends Error {
  override readonly name = 'NotRetiredError';
}

export async function findReceipts(
  ask: AskChain,
  about: { contract_id: string; token_id: string; on_progress?: (line: string) => void },
): Promise<string[]> {
  const { contract_id, token_id, on_progress = () => undefined } = about;
  const view = viewer(ask, contract_id);
  const retirement = retirementSchema.parse(await view('retirement', { token_id }, FINAL));
  if (retirement === null) {
    throw new NotRetiredError(`${contract_id} has no retirement of ${token_id}.`);
  }
  const places = new Map<string, { key: string; at_ns: bigint }>();
  const look = (key: string, at_ns: string): void => {
    places.set(`${key} ${at_ns}`, { key, at_ns: BigInt(at_ns) });
  };
  look(`t${token_id}`, retirement.retired_at_ns);
  for (const { at_ns } of retirement.statements) look(`k${token_id}`, at_ns);
  for (const { hash, born_at_ns } of await listBirths(view, token_id)) look(`t${hash}`, born_at_ns);
  const receipts = new Set<string>();
  const known: TimedBlock[] = [];
  for (const { key, at_ns } of places.values()) {
    const height = await heightAt(ask, { at_ns, known });
    if (height === undefined) {
      throw new ForgottenError(`What happened at ${at_ns} ns lies before the node's first block.`);
    }
    on_progress(`block ${height}: ${key[0] === 'k' ? 'a statement' : key.slice(1)}`);
    for (const id of await receiptsThatWrote(ask, { contract_id, key, block_id: Number(height) })) {
      receipts.add(id);
    }
  }
  if (retirement.salt !== undefined) {
    const from = await heightAt(ask, { at_ns: BigInt(retirement.retired_at_ns), known });
    const reveal = await findReveal(ask, { contract_id, token_id, from: from ?? 0n });
    for (const id of reveal) receipts.add(id);
  }
  return [...receipts];
}

type View = (
  method: string,
  args: object,
  at: { finality: 'final' } | { block_id: number },
) => Promise<unknown>;

function viewer(ask: AskChain, account_id: string): View {
  return async (method_name, args, at) => {
    const args_base64 = Buffer.from(JSON.stringify(args)).toString('base64');
    const question = { request_type: 'call_function', account_id, method_name, args_base64, ...at };
    const { result } = z.object({ result: z.array(z.number()) }).parse(await ask('query', question));
    return parseNearJson(Buffer.from(result).toString('utf8'));
  };
}

async function listBirths(view: View, token_id: string): Promise<{ hash: string; born_at_ns: string }[]> {
  const births = new Map<string, string>();
  const open = [token_id];
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (births.has(hash)) continue;
    if (births.size >= MAX_HASHES) throw new Error(`The lineage has more than ${MAX_HASHES} credits.`);
    const credit = creditSchema.parse(await view('credit', { mrv_hash: hash }, FINAL));
    const lineage = lineageSchema.parse(await view('lineage', { token_id: hash }, FINAL));
    if (credit === null || lineage === null) throw new Error(`The contract does not know ${hash}.`);
    births.set(hash, credit.born_at_ns);
    open.push(...lineage.parents);
  }
  return [...births].map(([hash, born_at_ns]) => ({ hash, born_at_ns }));
}

const changesSchema = z.object({
  changes: z.array(z.object({ cause: z.object({ type: z.string(), receipt_hash: z.string().optional() }) })),
});

async function receiptsThatWrote(
  ask: AskChain,
  about: { contract_id: string; key: string; block_id: number },
): Promise<string[]> {
  const { contract_id, key, block_id } = about;
  try {
    const given = await ask('EXPERIMENTAL_changes', {
      changes_type: 'data_changes',
      account_ids: [contract_id],
      key_prefix_base64: Buffer.from(key).toString('base64'),
      block_id,
    });
    return changesSchema.parse(given).changes.flatMap(({ cause }) => cause.receipt_hash ?? []);
  } catch (error) {
    if (error instanceof RpcRefusal) {
      throw new ForgottenError(`The node has no changes of block ${block_id}: ${error.cause_name}.`);
    }
    throw error;
  }
}

/** When a name was revealed is in no record, but the states before and after differ. */
async function findReveal(
  ask: AskChain,
  about: { contract_id: string; token_id: string; from: bigint },
): Promise<string[]> {
  const { contract_id, token_id, from } = about;
  const view = viewer(ask, contract_id);
  const { header } = z.object({ header: z.object({ height: z.number() }) }).parse(await ask('block', FINAL));
  let [before, after] = [Number(from), header.height];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const then = await viewAt(view, { token_id, block_id: middle, below: after });
    if (then === undefined) {
      after = middle;
      continue;
    }
    if (then.is_revealed) after = then.block_id;
    else before = then.block_id;
  }
  return await receiptsThatWrote(ask, { contract_id, key: `t${token_id}`, block_id: after });
}

/** At the block or the next one that there is below the bound; undefined where there is none between. */
async function viewAt(
  view: View,
  { token_id, block_id, below }: { token_id: string; block_id: number; below: number },
): Promise<{ block_id: number; is_revealed: boolean } | undefined> {
  for (let height = block_id; height < below; height++) {
    try {
      const seen = retirementSchema.parse(await view('retirement', { token_id }, { block_id: height }));
      return { block_id: height, is_revealed: seen?.salt !== undefined };
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      if (error.cause_name !== 'UNKNOWN_BLOCK') {
        throw new ForgottenError(`The node has no state of block ${height}: ${error.cause_name}.`);
      }
    }
  }
  return undefined;
}
