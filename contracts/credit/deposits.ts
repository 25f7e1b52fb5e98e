// Owns money: what must be attached, what storage costs, what goes back; leaves how much is reserved to the rules.
import * as near from 'near-sdk-js/lib/api.js';
import { panic } from './errors.ts';

export const YOCTO_PER_BYTE = 10_000_000_000_000_000_000n;
/** Of every record beside its key and its value. */
export const RECORD_BYTES = 40;

/** Proves that a full-access key signed, and leaves nothing to send back. */
export function requireOneYocto(): void {
  if (near.attachedDeposit() !== 1n) panic('NOT_ONE_YOCTO', 'attach exactly 1 yoctoNEAR');
}

export function costOfBytes(bytes: number): bigint {
  return BigInt(bytes) * YOCTO_PER_BYTE;
}

/** Keeps the price and sends the rest back to the caller; nothing is sent where nothing is left. */
export function takeDeposit({ price, caller_id }: { price: bigint; caller_id: string }): void {
  const attached = near.attachedDeposit();
  if (attached < price) {
    panic('DEPOSIT_TOO_SMALL', `${attached} yoctoNEAR attached, ${price} needed for storage`);
  }
  sendBack(caller_id, attached - price);
}

export function sendBack(account_id: string, amount: bigint): void {
  if (amount > 0n) near.promiseBatchActionTransfer(near.promiseBatchCreate(account_id), amount);
}
