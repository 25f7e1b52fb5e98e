// Owns the block of serial numbers that an approval brings: read by the registry's grammar, counted, and whose it is where it
// meets another; leaves the rest of an approval to move-submission.ts.

import type { Transaction } from 'kysely';
import { findHashOf } from '../../core/db/mrv-hashes.ts';
import {
  findBlocksMeeting,
  findRegistrySubmission,
  insertSerialBlock,
  type MetBlock,
  type RegistrySubmission,
  type SerialBlock,
} from '../../core/db/registry-submissions.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError, fromDatabaseError } from '../../core/errors/index.ts';
import { conflict, invalid } from '../acting.ts';
import { unitsOf } from '../mrv/compare-tonnes.ts';
import { rangeOf } from '../registries/serial-range.ts';
import { canonicalNamespace, parseSerial, printRange } from '../registries/serials.ts';

/** First and last number, as the registry writes them. */
export type BlockAsked = { namespace: string; start: string; end: string };

type Asked = { serial_block?: BlockAsked | undefined; registry_serial?: string | undefined };

/**
 * As many units as the verified tonnes are. Its namespace is the one that statements of the registry have, so that they meet;
 * a range that touches another live one is refused.
 */
export async function giveBlock(
  trx: Transaction<DB>,
  { submission, asked }: { submission: RegistrySubmission; asked: Asked },
): Promise<SerialBlock | undefined> {
  const { mrv_hash, registry_type, registry_name, mrv_submission_id } = submission;
  const block = readBlock(registry_type, asked);
  if (block === undefined) return undefined;
  const hash = await findHashOf(trx, mrv_submission_id);
  const { computed_tonnage, unit } = hash?.canonical_payload ?? {};
  if (typeof computed_tonnage !== 'string' || typeof unit !== 'string') {
    throw conflict('the canonical payload has computed_tonnage and unit');
  }
  const count = BigInt(block.end) - BigInt(block.start) + 1n;
  if (count * unitsOf(unit) !== unitsOf(computed_tonnage)) {
    const path = asked.serial_block === undefined ? 'body.registry_serial' : 'body.serial_block';
    throw invalid(`serial_block has the units of ${computed_tonnage} t, each of ${unit} t`, path);
  }
  const made = {
    registry_type,
    registry_name,
    namespace: block.namespace,
    serial_start: block.start,
    serial_end: block.end,
    unit,
    mrv_hash,
  };
  const met = await findBlocksMeeting(trx, made);
  // Of one's own the other holder is named. Another tenant's block is refused by the database, which names nobody.
  if (met[0] !== undefined) throw overlapping(made, met[0]);
  return insertSerialBlock(trx, made);
}

/** What is said twice must be the same twice. */
function readBlock(registry: string, { serial_block, registry_serial }: Asked): BlockAsked | undefined {
  const serial = registry_serial === undefined ? undefined : parseSerial(registry, registry_serial);
  const said =
    serial_block === undefined
      ? undefined
      : { ...serial_block, namespace: canonicalNamespace(registry, serial_block.namespace) };
  if (serial === undefined) return said;
  const read = {
    namespace: serial.namespace,
    start: String(serial.start),
    end: String(serial.end - 1n),
  };
  if (
    said !== undefined &&
    (said.namespace !== read.namespace || said.start !== read.start || said.end !== read.end)
  ) {
    throw invalid(
      `serial_block is that of registry_serial: ${read.namespace}, ${read.start} to ${read.end}`,
      'body.serial_block',
    );
  }
  return read;
}

/** As the registry writes it, or with its parts one after the other where no grammar says how. */
export function nameBlock({ registry_type, namespace, serial_start, serial_end }: SerialBlock): string {
  const range = rangeOf({ first: BigInt(serial_start), last: BigInt(serial_end) });
  return printRange(registry_type, { namespace, range }) ?? `${namespace}:${serial_start}-${serial_end}`;
}

export const OVERLAP_RULE = 'serial_blocks_overlap';

type Wanted = { mrv_hash: string; namespace: string; serial_start: string; serial_end: string };

/** With both holders, as far as who asks may see them. */
export function overlapping(wanted: Wanted, met: MetBlock): DmrvError {
  const { mrv_hash, namespace, serial_start, serial_end } = wanted;
  return new DmrvError('CONFLICT', {
    facts: {
      rule: OVERLAP_RULE,
      namespace,
      asked_by_mrv_hash: mrv_hash,
      asked_start: serial_start,
      asked_end: serial_end,
      held_by_mrv_hash: met.mrv_hash,
      held_by_tenant_id: met.tenant_id,
      held_start: met.serial_start,
      held_end: met.serial_end,
    },
  });
}

type Acting = {
  transact<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
  body: { move: string } & Asked;
};

/** An operator, who sees all tenants, is told who holds the numbers that the database refused to give twice. */
export async function nameHolders<T>(
  { transact, body }: Acting,
  { id, moved }: { id: string; moved: Promise<T> },
): Promise<T> {
  try {
    return await moved;
  } catch (error) {
    if (fromDatabaseError(error).facts.constraint !== OVERLAP_RULE) throw error;
    throw await transact(async (trx) => {
      const submission = await findRegistrySubmission(trx, { id, eyes: 'full' });
      const block = submission && readBlock(submission.registry_type, body);
      if (submission === undefined || block === undefined) return error;
      const { registry_type, registry_name, mrv_hash } = submission;
      const { namespace, start: serial_start, end: serial_end } = block;
      const wanted = { registry_type, registry_name, mrv_hash, namespace, serial_start, serial_end };
      const [met] = await findBlocksMeeting(trx, wanted);
      return met === undefined ? error : overlapping(wanted, met);
    });
  }
}
