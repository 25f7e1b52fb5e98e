// Owns which change is carried out by whom; leaves the changes to apply-*.ts and which there are to the projectors.

import type { AppliedEvent } from './applied-event.ts';
import { bear, bearPart } from './apply-birth.ts';
import { debitConsent, recordConsent, withdrawConsent } from './apply-consent.ts';
import { changeRetirement, retire } from './apply-retirement.ts';
import { changeToken, flagOrigin } from './apply-token.ts';
import type { BatchBook } from './batch-book.ts';
import type { RowChange } from './changes.ts';

/** Throws ProjectionError where a row is not what the change expects; the book is then of no use any more. */
export function applyChange(book: BatchBook, applied: AppliedEvent, change: RowChange): void {
  switch (change.kind) {
    case 'bear_issued':
      bear(book, applied, { ...change.token, birth: 'issue', origin_is_impaired: false });
      break;
    case 'bear_part':
      bearPart(book, applied, change.part);
      break;
    case 'change_token':
      changeToken(book, applied, change);
      break;
    case 'flag_origin':
      flagOrigin(book, applied, change);
      break;
    case 'record_consent':
      recordConsent(book, applied, change);
      break;
    case 'debit_consent':
      debitConsent(book, applied, change);
      break;
    case 'withdraw_consent':
      withdrawConsent(book, applied, change);
      break;
    case 'retire':
      retire(book, applied, change);
      break;
    case 'change_retirement':
      changeRetirement(book, applied, change);
      break;
  }
}
