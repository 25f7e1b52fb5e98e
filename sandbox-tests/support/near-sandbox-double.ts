// Owns a double of the near-sandbox program over a localnet, for what starts and stops it; leaves being NEAR to the real one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatCurveBytes, parsePublicKey } from '../../core/near/keys.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { YOCTO_PER_NEAR } from '../../localnet/node/options.ts';
import { startLocalnet } from '../../localnet/start-localnet.ts';

const ROOT_ID = 'test.near';
const KEY_FILE = 'validator_key.json';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: 'string' },
    'rpc-addr': { type: 'string' },
    'network-addr': { type: 'string' },
  },
});
const home = values.home ?? '';
if (positionals[0] === 'init') init();
else await run();

function init(): void {
  const { public_key, secret_key } = accountKeyPair('double', ROOT_ID);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, KEY_FILE),
    JSON.stringify({ account_id: ROOT_ID, public_key: formatCurveBytes(public_key), secret_key }),
  );
}

async function run(): Promise<void> {
  const [host = '', port = ''] = (values['rpc-addr'] ?? '').split(':');
  const key = JSON.parse(readFileSync(join(home, KEY_FILE), 'utf8')) as { public_key: string };
  const public_key = parsePublicKey(key.public_key);
  const localnet = await startLocalnet({
    host,
    rpc_port: Number(port),
    lake_port: null,
    seed: 'double',
    accounts: [{ account_id: ROOT_ID, public_key, amount: 10n ** 9n * YOCTO_PER_NEAR }],
  });
  // As a program of another version would say of itself; its rules stay those of the localnet.
  const protocol_version = Number(
    process.env.DOUBLE_PROTOCOL_VERSION ?? localnet.node.facts.protocol_version,
  );
  Object.assign(localnet.node.facts, { protocol_version });
  process.once('SIGINT', () => void localnet.stop().then(() => process.exit(0)));
}
