// Owns the list of the sagas that workers carry out; leaves each to its file.

import { CANCELLATION } from './cancellation.ts';
import { type SagaDefinitions, sagasByType } from './define.ts';
import { issuance } from './issuance/saga.ts';
import { REDEMPTION } from './redemption.ts';
import { RETIREMENT } from './retirement.ts';

export const ALL_SAGAS: SagaDefinitions = sagasByType([issuance, RETIREMENT, CANCELLATION, REDEMPTION]);
