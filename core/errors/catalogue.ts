// Owns the catalogue of errors (code, status, retryable, message); leaves the error classes to index.ts.

// status is the HTTP status the API answers with. A message says what happened, with its facts in braces,
// then what to do. Retryable means: the same request may succeed later without any change to it.
export const ERRORS = {
  CONFIG_INVALID: {
    status: 500,
    retryable: false,
    message:
      'The configuration has {count} mistake(s):\n{mistakes}\nMend each of them, then start again; docs/configuration.md lists every key and variable.',
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    retryable: true,
    message:
      'The database does not answer ({reason}). Check that it runs and that DATABASE_URL leads to it, then try again.',
  },
  DATABASE_LOGIN_REFUSED: {
    status: 500,
    retryable: false,
    message:
      'The database refused the connection ({reason}). Check the login, the password and the database name in DATABASE_URL.',
  },
  DATABASE_VERSION_UNSUPPORTED: {
    status: 500,
    retryable: false,
    message:
      'The database server is PostgreSQL {found}; version {needed} is needed. Point DATABASE_URL at such a server, or leave it unset for the embedded one.',
  },
  DATABASE_ROLE_TOO_STRONG: {
    status: 500,
    retryable: false,
    message:
      "The role {role} has more rights than it should: {excess}. Take them away as the server's administrator, then start again.",
  },
  DATABASE_NOT_MIGRATED: {
    status: 500,
    retryable: false,
    message:
      'The database stands at migration {found}; this code needs {needed}. Run "npm run migrate", then start again.',
  },
  DATA_FOLDER_IN_USE: {
    status: 500,
    retryable: false,
    message:
      'The data folder {data_folder} is in use by {owned_by}. Stop that process, or name another folder with {setting}.',
  },
  LOCALNET_START_FAILED: {
    status: 500,
    retryable: false,
    message:
      'The localnet in {data_folder} does not start: {reason}. Mend what it names, or move that folder away to begin a new chain.',
  },
  DEPLOYMENT_REFUSED: {
    status: 500,
    retryable: false,
    message: '{what} {remedy}',
  },
  // The embedded server's errors have many causes each: what happened and what to do come from where it happened.
  POSTGRES_DATA_FOLDER_VERSION: {
    status: 500,
    retryable: false,
    message: '{what} {remedy}',
  },
  POSTGRES_DATA_FOLDER_UNUSABLE: {
    status: 500,
    retryable: false,
    message: '{what} {remedy}',
  },
  POSTGRES_START_FAILED: {
    status: 500,
    retryable: false,
    message: '{what} {remedy}',
  },
  POSTGRES_PORT_IN_USE: {
    status: 500,
    retryable: false,
    message: '{what} {remedy}',
  },
  POSTGRES_PLATFORM_MISSING: {
    status: 500,
    retryable: false,
    message: '{what} {remedy}',
  },
  PORT_IN_USE: {
    status: 500,
    retryable: false,
    message:
      'Port {port} on {host} is taken by another process. Stop that process, or set DMRV_API_PORT to a free port.',
  },
  RPC_UNREACHABLE: {
    status: 503,
    retryable: true,
    message:
      'No RPC endpoint of the network answers ({reasons}). Check rpc_urls in near.config.json and the way to them; they are asked again.',
  },
  SOURCE_UNREADY: {
    status: 503,
    retryable: true,
    message:
      'Block {height} cannot be had from any source ({reasons}). Nothing was skipped. Check the sources and the way to them; reading goes on where it stopped.',
  },
  SOURCE_CHAIN_BROKEN: {
    status: 500,
    retryable: false,
    message:
      'Block {height} says that it follows {found}, but block {expected_height} is {expected}, and no source has another ({sources}). Find out which of the two is of another chain before anything more is written.',
  },
  SOURCE_FALSE: {
    status: 500,
    retryable: false,
    message:
      'Block {height}, as {source} serves it, contradicts itself: {differences}. Put a source that is trusted first, and verify what was written from this one.',
  },
  INDEXER_EVENT_VERSION_UNKNOWN: {
    status: 500,
    retryable: false,
    message:
      'The contract {contract_id} told an event of {version} in receipt {receipt_id} of block {height}, whose meaning this code does not know. Install a release that knows it; the indexer then goes on where it stands.',
  },
  INDEXER_EXPECTATION_UNMET: {
    status: 500,
    retryable: false,
    message:
      'The event {event} {event_identity} of {contract_id} does not fit what was written before: expected {expectation}, found {found}. Nothing of it was written. Check that the tables begin at the first block of the contract, then rebuild them, or report the event.',
  },
  INDEXER_BLOCK_UNREADABLE: {
    status: 500,
    retryable: false,
    message:
      'Shard {shard_id} of block {height} cannot be read: {reason}. Check the source against another one, then start again.',
  },
  INDEXER_OTHER_NETWORK: {
    status: 500,
    retryable: false,
    message:
      'The database is bound to {bound_network} (genesis {bound_genesis_hash}), and the indexer follows {network} (genesis {genesis_hash}). Give each network a database of its own, or start the indexer with the network of this one.',
  },
  INDEXER_CURSOR_MISMATCH: {
    status: 500,
    retryable: false,
    message:
      'Block {height} follows {prev_hash}, but {what} is {expected_hash}. Nothing of it was written. Start from where the cursor stands; if it happens again, compare the source with another one.',
  },
  INDEXER_BLOCK_REFUSED: {
    status: 500,
    retryable: false,
    message:
      'The database refuses what block {height} ({hash}) says, first in {where}: {reason}. All blocks before it are written, nothing of it is. Report the receipt with this message; the indexer goes on where it stands once a release knows it.',
  },
  INDEXER_ROWS_UNEXPECTED: {
    status: 500,
    retryable: false,
    message:
      'The table {table} took {found} rows where {expected} were meant; nothing of the batch was written. Something else writes the chain\'s tables: stop it, then run "indexer verify" and start again.',
  },
  INDEXER_LEADERSHIP_LOST: {
    status: 503,
    retryable: true,
    message:
      'The connection that held the lead of {contracts} broke, and by now another indexer has written on. Start again from where the cursor stands.',
  },
  INDEXER_VIEW_FAILED: {
    status: 500,
    retryable: false,
    message:
      'The view {method} of the contract gave no answer ({reason}). Check rpc_urls in near.config.json and that the contract stands there, then try again.',
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'There is no {what} with the id {id}. Check the id, and that your account may see it.',
  },
  VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    message: 'The input breaks the rule {rule}. Correct the input, then send it again.',
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    message: 'The request carries no valid proof of who sends it. Sign in, then send it again.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    message:
      'This account may not do that ({rule}). Use an account that has the right, or ask its owner to grant it.',
  },
  CONFLICT: {
    status: 409,
    retryable: false,
    message:
      'The change does not fit what is stored (rule {rule}). Read the present state, then send a change that fits it.',
  },
  SERIALIZATION_FAILURE: {
    status: 503,
    retryable: true,
    message:
      'Another change to the same rows came first (SQLSTATE {sqlstate}); nothing was stored. Send the request again.',
  },
  MOVE_ILLEGAL: {
    status: 409,
    retryable: false,
    message:
      'The {what} {id} is {state}, and {move} does not lead on from there. From {state} these do: {legal}. Read the present state, then send one of them.',
  },
  PROCESS_TIME_OVER: {
    status: 500,
    retryable: false,
    message:
      'The {what} of process {id} was not done within {seconds} s; it waited for {waiting_for}. See to what it waits for, then retry the process.',
  },
  STATEMENT_UNREADABLE: {
    status: 422,
    retryable: false,
    message:
      'The file {file_name} cannot be read as a statement of {registry}: {reason}. Nothing of it was kept. Take the file from the registry again, or mend what is named, then send it again.',
  },
  REGISTRY_REFUSED: {
    status: 409,
    retryable: false,
    message:
      'The registry {registry} did not approve {what} {id}: it is {state} ({reason}). See to what the registry says, then resubmit and try again.',
  },
  CHAIN_REFUSED: {
    status: 409,
    retryable: false,
    message:
      'The chain refused {method} with {refusal}: {reason}. Nothing of it happened. See to what it names, then try again.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 409,
    retryable: false,
    message:
      'The idempotency key {key} came with another request before. Send the same request, or give this one a key of its own.',
  },
  IDEMPOTENCY_ANSWER_SECRET: {
    status: 409,
    retryable: false,
    message:
      'The request with the idempotency key {key} was carried out, and its answer held a secret that is shown once. Revoke what it made, then make another.',
  },
  IDEMPOTENCY_KEY_BUSY: {
    status: 503,
    retryable: true,
    message:
      'The first request with the idempotency key {key} is still being carried out after {seconds} s. Send the same request again later.',
  },
  REQUEST_TOO_LARGE: {
    status: 413,
    retryable: false,
    message: 'The request is larger than the {limit} bytes that are allowed here. Send less at once.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    retryable: false,
    message: 'The body is of a media type that is not read here. Send {allowed}.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    retryable: true,
    message: 'The request did not arrive whole within {seconds} s. Send it again.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    message:
      'The server has more to do than it can. Wait {retry_after_seconds} s, then send the request again.',
  },
  CHAIN_UNREACHABLE: {
    status: 503,
    retryable: true,
    message: 'The NEAR network does not answer ({reason}). Send the request again later.',
  },
  SIGNING_KEY_MISSING: {
    status: 409,
    retryable: false,
    message:
      'No key that the chain takes for {account_id} is here. Give the account a full-access key and name it in the file of DMRV_SIGNER_KEYS, then start again.',
  },
  RETIREMENT_REFUSED: {
    status: 409,
    retryable: false,
    message:
      'The registry refused a retirement that is final on chain, and nothing of it is minted again. {owed_tonnes} t are owed: retire as many for the same beneficiary.',
  },
  RECONCILE_RUNNING: {
    status: 409,
    retryable: false,
    message:
      'A run of reconciliation is under way, and only one runs at a time. Wait until it has ended, then ask for another.',
  },
  RECONCILE_NOTHING_INDEXED: {
    status: 409,
    retryable: false,
    message:
      'Nothing of the contract {contract_id} is indexed yet, so there is nothing to compare. Start the indexer, then run it again.',
  },
  RECONCILE_CONTRACT_UNREADABLE: {
    status: 500,
    retryable: false,
    message:
      'The contract {contract_id} does not answer {method} as one of credits does: {reason}. Look at its name and network, then try again.',
  },
  RECONCILE_INPUT_INVALID: {
    status: 500,
    retryable: false,
    message: 'The file {file} cannot be compared: {reason}. Mend it or leave it out.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    message:
      'Too many requests: {limit} are allowed in {window_seconds} s. Wait {retry_after_seconds} s, then send it again.',
  },
  INTERNAL: {
    status: 500,
    retryable: false,
    message:
      'Something failed that should not fail. Report it with the id {incident_id}, under which the log has the cause.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export interface CatalogueEntry {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: string;
}

export type ErrorCode = keyof typeof ERRORS;

export type RetryableErrorCode = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]['retryable'] extends true ? Code : never;
}[ErrorCode];

export type FinalErrorCode = Exclude<ErrorCode, RetryableErrorCode>;

export type Fact = string | number | bigint | boolean;

/** The names in braces of a message, so that the compiler asks for each of them where an error is made. */
export type FactName<Code extends ErrorCode> = NamesIn<(typeof ERRORS)[Code]['message']>;

type NamesIn<Message extends string> = Message extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
