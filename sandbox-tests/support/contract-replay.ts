// Owns what follows from a contract's events alone: who owns what, and how much of each kind there is; leaves comparing to contract-invariants.ts.
import type { ContractEvent } from '../../contracts/credit/event-types.ts';
import { parseTonnage } from '../../contracts/credit/tonnage.ts';

interface Born {
  origin: string;
  units: bigint;
  is_impaired: boolean;
}

/** As an indexer would see the contract. */
export class Replay {
  /** From nep171 alone. */
  readonly owners = new Map<string, string>();
  /** From dmrv alone: live credits. */
  readonly live = new Map<string, Born>();
  readonly impaired_origins = new Set<string>();
  readonly tonnes = { minted: 0n, retired: 0n, invalidated: 0n, void: 0n, expired: 0n };
  readonly retired: string[] = [];

  apply(events: readonly ContractEvent[]): void {
    for (const event of events) this.applyOne(event);
  }

  private applyOne(event: ContractEvent): void {
    switch (event.event) {
      case 'nft_mint':
        for (const { owner_id, token_ids } of event.data) for (const id of token_ids) this.bear(id, owner_id);
        break;
      case 'nft_transfer':
        for (const { old_owner_id, new_owner_id, token_ids } of event.data) {
          for (const id of token_ids) {
            this.leave(id, old_owner_id);
            this.owners.set(id, new_owner_id);
          }
        }
        break;
      case 'nft_burn':
        for (const { owner_id, token_ids } of event.data)
          for (const id of token_ids) this.leave(id, owner_id);
        break;
      case 'credit_issue':
        for (const { token_id, tonnage } of event.data) {
          this.add(token_id, { origin: token_id, units: unitsOf(tonnage), is_impaired: false });
          this.tonnes.minted += unitsOf(tonnage);
        }
        break;
      case 'credit_split':
        for (const { token_id, origin, children } of event.data) {
          const units = this.take(token_id).units;
          const sum = children.reduce((total, { tonnage }) => total + unitsOf(tonnage), 0n);
          if (sum !== units) throw new Error(`the parts of ${token_id} have ${sum} units, it had ${units}`);
          for (const child of children) {
            this.add(child.token_id, { origin, units: unitsOf(child.tonnage), is_impaired: false });
          }
        }
        break;
      case 'credit_merge':
        for (const { token_id, origin, parents, tonnage } of event.data) {
          const units = parents.reduce((total, parent) => total + this.take(parent).units, 0n);
          if (units !== unitsOf(tonnage))
            throw new Error(`${token_id} has ${tonnage} t, its parts ${units} units`);
          this.add(token_id, { origin, units, is_impaired: false });
        }
        break;
      case 'credit_retire':
        for (const { token_id } of event.data) {
          this.end(token_id, 'retired');
          this.retired.push(token_id);
        }
        break;
      case 'credit_invalidate':
        for (const { token_id } of event.data) this.end(token_id, 'invalidated');
        break;
      case 'credit_redeem':
      case 'credit_cancel':
        for (const { token_id } of event.data) this.end(token_id, 'void');
        break;
      case 'credit_expire':
        for (const { token_id } of event.data) this.end(token_id, 'expired');
        break;
      case 'credit_impair':
      case 'credit_restore':
        for (const item of event.data) this.flag(item, event.event === 'credit_impair');
        break;
    }
  }

  isImpaired({ origin, is_impaired }: Born): boolean {
    return is_impaired || this.impaired_origins.has(origin);
  }

  private flag({ token_id, origin }: { token_id?: string; origin?: string }, to: boolean): void {
    if (token_id !== undefined) this.get(token_id).is_impaired = to;
    else if (to) this.impaired_origins.add(origin ?? '');
    else this.impaired_origins.delete(origin ?? '');
  }

  private bear(id: string, owner_id: string): void {
    if (this.owners.has(id)) throw new Error(`${id} was minted while it is owned`);
    this.owners.set(id, owner_id);
  }

  private leave(id: string, owner_id: string): void {
    if (this.owners.get(id) !== owner_id) throw new Error(`${id} left ${owner_id}, who did not own it`);
    this.owners.delete(id);
  }

  private add(id: string, born: Born): void {
    if (this.live.has(id)) throw new Error(`${id} was born twice`);
    this.live.set(id, born);
  }

  private get(id: string): Born {
    const born = this.live.get(id);
    if (born === undefined) throw new Error(`an event names ${id}, which is not live`);
    return born;
  }

  private take(id: string): Born {
    const born = this.get(id);
    this.live.delete(id);
    return born;
  }

  private end(id: string, kind: 'retired' | 'invalidated' | 'void' | 'expired'): void {
    this.tonnes[kind] += this.take(id).units;
  }
}

function unitsOf(tonnage: string): bigint {
  const units = parseTonnage(tonnage);
  if (units === undefined) throw new Error(`an event holds the tonnage ${tonnage}`);
  return units;
}
