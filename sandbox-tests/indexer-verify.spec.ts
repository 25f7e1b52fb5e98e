// Shows that rows are compared with the contract's views over JSON-RPC at their height, each difference by its name, and that a forgotten height is not called checked.
import test from 'ava';
import { DmrvError } from '../core/errors/index.ts';
import type { ConsentRow, RetirementRow, TokenRow } from '../indexer/projectors/rows.ts';
import { rpcViews } from '../indexer/verify/contract-views.ts';
import { sumSupply } from '../indexer/verify/supply.ts';
import {
  MAX_DIFFERENCES,
  type VerifiedRows,
  verifyAgainstContract,
} from '../indexer/verify/verify-contract.ts';
import { startRpcServer } from '../localnet/rpc/server.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { RECEIVERS, type Walk, walkContract } from './support/contract-walk.ts';
import { indexAll, openIndexedWorld } from './support/indexed-world.ts';
import type { MemoryTables } from './support/memory-tables.ts';

let walk: Walk;
let tables: MemoryTables;
let height: bigint;
let rpc_url: string;
let forget: () => void;
let stop: () => Promise<void>;

test.before(async () => {
  const { world, source } = await openIndexedWorld({ accounts: RECEIVERS });
  walk = await walkContract(world);
  const { node } = world.chain;
  const server = await startRpcServer({ node });
  rpc_url = server.url;
  ({ tables } = await indexAll(source));
  height = source.tip_height ?? 0n;
  // What comes later is in no row.
  world.mint();
  forget = () => {
    node.produceBlocks({ count: 500 });
  };
  stop = async () => {
    await server.stop();
    await world.chain.stop();
  };
});

test.after.always(() => stop());

function views(at = height, contract_id = CONTRACT_ID) {
  return rpcViews({ rpc_url, contract_id, height: at });
}

function rowsOf(
  change: {
    tokens?: (row: TokenRow) => TokenRow;
    retirements?: (row: RetirementRow) => RetirementRow;
    consents?: (row: ConsentRow) => ConsentRow;
  } = {},
): VerifiedRows {
  const same = <T>(row: T): T => row;
  const tokens = [...tables.tokens.values()];
  return {
    tokens: tokens.map(change.tokens ?? same),
    retirements: [...tables.retirements.values()].map(change.retirements ?? same),
    consents: [...tables.consents.values()].map(change.consents ?? same),
    supply: sumSupply(tokens.map((token) => ({ ...token, count: 1 }))),
  };
}

test.serial('rows that hold are checked at their height, whatever came later', async (t) => {
  t.deepEqual(await verifyAgainstContract(views(), rowsOf()), {
    kind: 'checked',
    tokens: tables.tokens.size,
    retirements: tables.retirements.size,
    consents: tables.consents.size,
    differences: [],
    is_cut: false,
  });
  const later = await verifyAgainstContract(views(height + 4n), rowsOf());
  const differing =
    later.kind === 'checked' ? later.differences.map(({ what, field }) => `${what} ${field}`) : [];
  t.deepEqual(differing, [
    'supply minted.count',
    'supply minted.tonnage',
    'supply active.count',
    'supply active.tonnage',
    'consent verra/consent-1 remaining',
  ]);
});

test.serial('amounts as the database writes them are the same amounts', async (t) => {
  const padded = (text: string) =>
    text.includes('.') ? text.padEnd(text.indexOf('.') + 9, '0') : `${text}.00000000`;
  const rows = rowsOf({
    tokens: (row) => ({ ...row, tonnage_co2e: padded(row.tonnage_co2e), unit: padded(row.unit) }),
    consents: (row) => ({ ...row, debited_co2e: padded(row.debited_co2e) }),
  });
  t.like(await verifyAgainstContract(views(), rows), { kind: 'checked', differences: [] });
});

test.serial(
  'each row that says something else is named, with what it says and what the contract says',
  async (t) => {
    const rows = rowsOf({
      tokens: (row) => (row.token_id === walk.kept ? { ...row, owner_account_id: 'alice.near' } : row),
      retirements: (row) => (row.token_id === walk.hidden ? { ...row, registry_outcome: 'pending' } : row),
      consents: (row) => (row.consent_ref === 'withdrawn' ? { ...row, withdrawn_at: null } : row),
    });
    const supply = sumSupply(rows.tokens.map((token) => ({ ...token, count: 1 })));
    supply.minted.count += 1;
    const { minted } = supply;
    const found = await verifyAgainstContract(views(), { ...rows, supply });
    t.deepEqual(found.kind === 'checked' ? found.differences : found, [
      { what: 'supply', field: 'minted.count', table: `${minted.count}`, contract: `${minted.count - 1}` },
      { what: `token ${walk.kept}`, field: 'owner', table: 'alice.near', contract: 'keeper.near' },
      { what: `retirement ${walk.hidden}`, field: 'registry_outcome', table: 'pending', contract: 'refused' },
      { what: 'consent verra/withdrawn', field: 'status', table: 'open', contract: 'withdrawn' },
    ]);
  },
);

test.serial(
  'a row of which the contract knows nothing is a difference, and so many end the search',
  async (t) => {
    const [row] = tables.tokens.values();
    if (row === undefined) return t.fail();
    const unknown = { ...row, token_id: 'f'.repeat(64) };
    const rows = rowsOf();
    const found = await verifyAgainstContract(views(), {
      ...rows,
      tokens: [unknown],
      retirements: [],
      consents: [],
    });
    t.deepEqual(found.kind === 'checked' ? found.differences : found, [
      { what: `token ${unknown.token_id}`, field: 'credit', table: unknown.status, contract: null },
    ]);
    const nothing = { contract_id: CONTRACT_ID, view: async () => null };
    const tokens = Array.from({ length: MAX_DIFFERENCES + 100 }, () => unknown);
    const all = await verifyAgainstContract(nothing, { ...rows, tokens });
    t.like(all, { kind: 'checked', is_cut: true });
    t.is(all.kind === 'checked' ? all.differences.length : 0, MAX_DIFFERENCES);
  },
);

test.serial('a contract that does not answer the view is an error, and no difference', async (t) => {
  const error = await t.throwsAsync(() => verifyAgainstContract(views(height, 'alice.near'), rowsOf()), {
    instanceOf: DmrvError,
  });
  t.is(error?.code, 'INDEXER_VIEW_FAILED');
});

test.serial('a height that the node keeps no longer, or does not know yet, is not checked', async (t) => {
  t.like(await verifyAgainstContract(views(height + 10_000n), rowsOf()), { kind: 'not_checked' });
  forget();
  const found = await verifyAgainstContract(views(), rowsOf());
  t.is(found.kind, 'not_checked');
  t.regex(found.kind === 'not_checked' ? found.reason : '', /GARBAGE_COLLECTED_BLOCK|UNKNOWN_BLOCK/);
});
