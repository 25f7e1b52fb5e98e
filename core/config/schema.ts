// Owns the schema of near.config.json and of the environment; leaves reading both to its neighbours.

import { isIP } from 'node:net';
import { z } from 'zod';

const MAX_U64 = 2n ** 64n - 1n;
const MAX_PORT = 65_535;
const MAX_RPC_URLS = 16;
const MAX_ORIGINS = 32;
const MAX_PROXIES = 32;
const MAX_PER_MINUTE = 100_000_000;

export const DEFAULT_API_PORT = 8480;
export const DEFAULT_INDEXER_PORT = 8483;

// Each rule says in one line what it allows; the same line is the message of a mistake and stands in the docs.
const httpUrl = text('an http or https URL without login, query and fragment', (value) => {
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/]/i.test(value)) return false;
  return url.username + url.password + url.search + url.hash === '';
});

const blockHeight = text(
  'a block height in quotes, "0" to "18446744073709551615"',
  (value) => /^(0|[1-9]\d{0,19})$/.test(value) && BigInt(value) <= MAX_U64,
);

// https://docs.near.org/protocol/account-id: 2 to 64 characters, parts joined by single separators.
const accountId = text(
  'a NEAR account id: 2 to 64 of a-z, 0-9, and single - _ . between them',
  (value) => value.length >= 2 && value.length <= 64 && /^[a-z\d]+([-_.][a-z\d]+)*$/.test(value),
);

const bucket = text(
  'an S3 bucket name: 3 to 63 of a-z, 0-9, - and .',
  (value) => value.length >= 3 && value.length <= 63 && /^[a-z\d]+([-.]+[a-z\d]+)*$/.test(value),
);

const region = text('an S3 region such as eu-central-1', (value) =>
  /^[a-z\d]{1,16}(-[a-z\d]{1,16}){0,4}$/.test(value),
);

const rpcUrlsAllowed = `a list of 1 to ${MAX_RPC_URLS} URLs`;
const rpcUrls = z
  .array(httpUrl, { error: rpcUrlsAllowed })
  .min(1, { error: rpcUrlsAllowed })
  .max(MAX_RPC_URLS, { error: rpcUrlsAllowed })
  .meta({ allowed: rpcUrlsAllowed });

const lake = strictObject({ bucket, region, endpoint: httpUrl.optional() });

const network = strictObject({
  rpc_urls: rpcUrls,
  lake,
  neardata_url: httpUrl,
  contract_account_id: accountId,
  first_block_height: blockHeight,
});

export const NETWORK_NAMES = ['localnet', 'testnet', 'mainnet'] as const;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const file = strictObject({
  networks: strictObject({ localnet: network, testnet: network, mainnet: network }),
});

const port = text('a port, 1 to 65535', (value) => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= MAX_PORT);
const host = text('an IP address or a host name', (value) => isIP(value) !== 0 || isHostName(value));
const folder = text('a path', isPath);
const databaseUrl = text('a URL postgresql://login:password@host:port/database', isDatabaseUrl);
const loginSecret = text('a secret of at least 16 characters', (value) => value.length >= 16);
const secret = text('a secret in one line', (value) => value !== '' && !/\s/.test(value));

const originList = list('origins such as https://app.example, separated by commas', MAX_ORIGINS, isOrigin);
const proxyList = list(
  'IP addresses or networks such as 10.0.0.0/8, separated by commas',
  MAX_PROXIES,
  isNetwork,
);
const perMinute = text(
  `a whole number, 1 to ${MAX_PER_MINUTE}`,
  (value) => /^[1-9]\d{0,8}$/.test(value) && Number(value) <= MAX_PER_MINUTE,
);

const MAX_MINUTES = 10_080;
const minutes = text(
  `minutes, 1 to ${MAX_MINUTES}, or off`,
  (value) => value === 'off' || (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= MAX_MINUTES),
);

export const environment = strictObject({
  DMRV_NETWORK: oneOf(NETWORK_NAMES).default('localnet'),
  DMRV_CONFIG: folder.default('near.config.json'),
  DMRV_DATA_FOLDER: folder.default('.data'),
  DMRV_API_HOST: host.default('127.0.0.1'),
  DMRV_API_PORT: port.optional().meta({ fallback: `${DEFAULT_API_PORT}, or the next free port` }),
  DMRV_INDEXER_PORT: port.optional().meta({ fallback: `${DEFAULT_INDEXER_PORT}, or the next free port` }),
  DMRV_API_PUBLIC_URL: httpUrl.optional(),
  DMRV_API_CORS_ORIGINS: originList.optional(),
  DMRV_API_TRUSTED_PROXIES: proxyList.optional(),
  DMRV_API_RATE_PER_KEY: perMinute.default('1200'),
  DMRV_API_RATE_PER_ADDRESS: perMinute.default('2400'),
  DMRV_FILES_S3_URL: httpUrl.optional(),
  DMRV_FILES_S3_BUCKET: bucket.optional(),
  DMRV_FILES_S3_REGION: region.optional(),
  DMRV_SIGNER_KEYS: folder
    .optional()
    .meta({ fallback: 'none; on the localnet that npm start runs, a file made for it' }),
  DMRV_RECONCILE_EVERY: minutes.default('60'),
  DMRV_LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_LOGIN_SECRET: loginSecret.optional(),
  RPC_API_KEY: secret.optional(),
  LAKE_ACCESS_KEY_ID: secret.optional(),
  LAKE_SECRET_ACCESS_KEY: secret.optional(),
  FILES_ACCESS_KEY_ID: secret.optional(),
  FILES_SECRET_ACCESS_KEY: secret.optional(),
});

/** Variables whose value is never shown; each may come from a file named in NAME_FILE instead. */
export const SECRET_NAMES = [
  'DATABASE_URL',
  'DATABASE_LOGIN_SECRET',
  'RPC_API_KEY',
  'LAKE_ACCESS_KEY_ID',
  'LAKE_SECRET_ACCESS_KEY',
  'FILES_ACCESS_KEY_ID',
  'FILES_SECRET_ACCESS_KEY',
] as const;

/** Both sources as one schema, so that one parse reports the mistakes of both. */
export const sources = z.object({ file, env: environment });

export type Sources = z.infer<typeof sources>;

function text(allowed: string, accepts: (value: string) => boolean) {
  return z.string({ error: allowed }).refine(accepts, { error: allowed }).meta({ allowed });
}

function list(allowed: string, most: number, accepts: (value: string) => boolean) {
  return text(allowed, (value) => {
    const items = splitList(value);
    return items.length > 0 && items.length <= most && items.every(accepts);
  });
}

/** The parts of a variable that holds a list. */
export function splitList(value: string): string[] {
  return value.split(',').map((item) => item.trim());
}

function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  const allowed = names.join(', ');
  return z.enum(names, { error: allowed }).meta({ allowed });
}

function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = `an object with ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, { error: allowed }).meta({ allowed });
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isHostName(text: string): boolean {
  return (
    text.length <= 253 && /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i.test(text)
  );
}

function isPath(text: string): boolean {
  return text.trim() !== '' && !text.includes('\0');
}

function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^postgres(ql)?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    /^\/[^/]+$/.test(url.pathname)
  );
}
