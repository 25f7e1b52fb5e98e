// Owns what other rooms may take from the errors; leaves each part to the file it comes from.

export {
  ERRORS,
  type ErrorCode,
  type Fact,
  type FinalErrorCode,
  type RetryableErrorCode,
} from './catalogue.ts';
export { DmrvError, RetryableError } from './dmrv-error.ts';
export { fromDatabaseError } from './from-database.ts';
