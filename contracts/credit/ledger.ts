// Owns the records that tokens of one call share, each read once and written once; leaves tokens to those who change them.
import { type GlobalRecord, saveGlobal } from './global-record.ts';
import { loadOwner, type OwnerRecord, saveOwner } from './owner-record.ts';
import { getRegistry, moveRegistrySupply, type RegistryRecord, saveRegistry } from './registry-record.ts';
import { type Bucket, type Move, moveSupply } from './supply.ts';
import type { TokenRecord } from './token-record.ts';

export interface Ledger {
  global: GlobalRecord;
  owners: OwnerRecord[];
  registries: RegistryRecord[];
  totals: Totals[];
}

/** What changes in the totals of one project's vintage. */
interface Totals {
  registry: string;
  project_id: string;
  vintage_year: string;
  moves: Move[];
}

export function openLedger(global: GlobalRecord): Ledger {
  return { global, owners: [], registries: [], totals: [] };
}

// Few of each meet in one call, so that a search from the front costs less than a Map.

export function ownerIn({ owners }: Ledger, account_id: string): OwnerRecord {
  for (const owner of owners) if (owner.account_id === account_id) return owner;
  const owner = loadOwner(account_id);
  owners.push(owner);
  return owner;
}

export function registryIn({ registries }: Ledger, id: string): RegistryRecord {
  for (const registry of registries) if (registry.id === id) return registry;
  const registry = getRegistry(id);
  registries.push(registry);
  return registry;
}

/** From one bucket to another, in all totals that count the token. */
export function moveIn(
  ledger: Ledger,
  token: TokenRecord,
  { from, to, count, units }: { from: Bucket; to: Bucket; count: number; units: bigint },
): void {
  const { moves } = totalsIn(ledger, token);
  addMove(moves, [from, -count, -units]);
  addMove(moves, [to, count, units]);
}

/** More or fewer credits of the same tonnes. */
export function recountIn(ledger: Ledger, token: TokenRecord, count: number): void {
  addMove(totalsIn(ledger, token).moves, ['active', count, 0n]);
}

/** Writes what was opened. The caller saves no global record beside it. */
export function closeLedger(ledger: Ledger): void {
  const { global, owners, totals } = ledger;
  for (const total of totals) {
    global.supply = moveSupply(global.supply, total.moves);
    const { project_id, vintage_year, moves } = total;
    const registry = registryIn(ledger, total.registry);
    moveRegistrySupply(registry, { project_id, vintage_year, moves });
  }
  // Whatever changes a list changes a total too.
  if (totals.length === 0) return;
  for (const registry of ledger.registries) saveRegistry(registry);
  for (const owner of owners) saveOwner(owner);
  saveGlobal(global);
}

function totalsIn(ledger: Ledger, { registry, project_id, vintage_year }: TokenRecord): Totals {
  for (const totals of ledger.totals) {
    const is_same = totals.vintage_year === vintage_year && totals.project_id === project_id;
    if (is_same && totals.registry === registry) return totals;
  }
  const totals = { registry, project_id, vintage_year, moves: [] };
  ledger.totals.push(totals);
  return totals;
}

function addMove(moves: Move[], [bucket, count, units]: Move): void {
  for (let i = 0; i < moves.length; i++) {
    const move = moves[i] as Move;
    if (move[0] === bucket) {
      moves[i] = [bucket, move[1] + count, move[2] + units];
      return;
    }
  }
  moves.push([bucket, count, units]);
}
