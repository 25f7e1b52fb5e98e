// Owns what the rest of the project sees of the embedded PostgreSQL; leaves the work to the files beside it.

export { type PostgresLaunchCode, PostgresLaunchError } from './errors.ts';
export { type OwnerLock, takeOwnerLock } from './owner-lock.ts';
export { keepSecret, makePrivateFolder, readPrivateFile, writePrivateFile } from './private-files.ts';
export { findRunningPostgres } from './running.ts';
export { type RunningPostgres, type StartPostgresOptions, startPostgres } from './start-postgres.ts';
