// Owns which chain the product works on and whether it runs in this process; leaves the localnet's start to embedded-chain.ts.

import type { Config } from '../../core/config/index.ts';

export type Network = Config['network'];

export type Shown = [label: string, text: string][];

export type DevelopmentAccounts = { account_id: string; secret_key: string }[];

export type Chain = {
  // As configured, with the URLs that are truly served: what every other part of the product is given.
  network: Network;
  // Brings the contract to an embedded chain. Returns the chain for people, line by line; never a key.
  prepare(): Promise<Shown>;
  // The file of keys that an embedded chain's accounts are signed for with, once it is prepared.
  signerKeysFile(): string | undefined;
  // Whom the pages' development wallet signs for: nobody but on an embedded chain.
  developmentAccounts(): DevelopmentAccounts | undefined;
  // Settles when an embedded chain meets a fault.
  failure: Promise<Error>;
  // Tells whoever is refused the same data folder where its owner is.
  announce(url: string): Promise<void>;
  close(): Promise<void>;
};

export type OpenChainOptions = {
  config: Config;
  // False leaves the localnet to somebody else.
  localnet: boolean;
  // Ends what takes long.
  stop: AbortSignal;
  note: (line: string) => void;
};

export async function openChain({ config, localnet, stop, note }: OpenChainOptions): Promise<Chain> {
  const { network } = config;
  if (!localnet || !isEmbedded(network)) return outsideChain(network);
  // Loaded here alone: on other networks nothing of the localnet is in the process.
  const { startEmbeddedChain } = await import('./embedded-chain.ts');
  return await startEmbeddedChain({ config, stop, note });
}

/** The localnet is ours to start where its first RPC endpoint is a port of this machine. */
export function isEmbedded(network: Pick<Network, 'name' | 'rpc_urls'>): boolean {
  const [first = ''] = network.rpc_urls;
  return network.name === 'localnet' && findLocalPort(first) !== undefined;
}

const HTTP_PORT = 80;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** Whether a host, as an address or as a URL spells it, is this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The port of an http URL that names this machine. */
export function findLocalPort(text: string): number | undefined {
  const { protocol, hostname, port } = new URL(text);
  if (protocol !== 'http:' || !isLoopback(hostname)) return undefined;
  return port === '' ? HTTP_PORT : Number(port);
}

function outsideChain(network: Network): Chain {
  const { bucket, region, endpoint = 'AWS' } = network.lake;
  return {
    network,
    prepare: async () => [
      ['NEAR', `${network.name}, not started here`],
      ['RPC', network.rpc_urls.join(', ')],
      ['Lake', `bucket ${bucket} in ${region} at ${endpoint}; neardata ${network.neardata_url}`],
    ],
    signerKeysFile: () => undefined,
    developmentAccounts: () => undefined,
    failure: new Promise<never>(() => undefined),
    announce: async () => undefined,
    close: async () => undefined,
  };
}
