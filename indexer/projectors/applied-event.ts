// Owns what every change of a batch is carried out with: the event, its time, the refusal; leaves the changes to apply-*.ts.

import type { ChainEvent } from '../types.ts';
import type { RowChange } from './changes.ts';

export interface AppliedEvent {
  event: ChainEvent;
  /** Of its block. */
  time: string;
}

export type ChangeOf<K extends RowChange['kind']> = Extract<RowChange, { kind: K }>;
