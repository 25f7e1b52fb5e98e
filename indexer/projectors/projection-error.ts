// Owns the error of an event that does not fit what was written before it; leaves what to do about it to the writer.

import { DmrvError } from '../../core/errors/index.ts';
import type { ChainEvent } from '../types.ts';

/** Nothing of the batch may be written: what was written before is wrong, or the event is. */
export class ProjectionError extends DmrvError {
  override readonly name = 'ProjectionError';
  readonly event_identity: string;
  readonly event_position: string;
  readonly block_height: bigint;
  readonly expectation: string;
  readonly found: string;

  constructor(event: ChainEvent, { expectation, found }: { expectation: string; found: string }) {
    super('INDEXER_EXPECTATION_UNMET', {
      facts: {
        event: event.event,
        event_identity: event.identity,
        contract_id: event.contract_id,
        expectation,
        found,
      },
    });
    this.event_identity = event.identity;
    this.event_position = event.position;
    this.block_height = event.block.height;
    this.expectation = expectation;
    this.found = found;
  }
}
