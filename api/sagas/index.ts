// Owns the list of the sagas that workers carry out; leaves each to its file.

import { type SagaDefinitions, sagasByType } from './define.ts';

export const ALL_SAGAS: SagaDefinitions = sagasByType([]);
