// Owns turning the command line of "npm run localnet" into options; leaves their bounds to localnet/node.
import { InvalidArgumentError } from 'commander';
import type { AccountWish, Clock, NodeOptions } from '../../localnet/node/options.ts';
import { genesisAccounts } from './accounts.ts';

/** As commander gives them. */
export interface CommandLine {
  mode: 'instant' | 'interval';
  intervalMs: number;
  seed: string;
  chainId: string;
  epochLength: bigint;
  validators: number;
  seats?: number;
  shards: bigint[];
  boundaries: string[];
  account?: AccountWish[];
  protocolVersion?: number;
  genesisHeight: bigint;
  history?: number;
  dataFolder: string;
  memory: boolean;
  survivePowerLoss: boolean;
}

const NEAR_DECIMALS = 24;
const NANOSECONDS_PER_MS = 1_000_000n;

export const WALL_CLOCK: Clock = { now: () => BigInt(Date.now()) * NANOSECONDS_PER_MS };

export function nodeOptions(line: CommandLine): NodeOptions {
  const { seats, history, protocolVersion } = line;
  return {
    mode: line.mode === 'instant' ? { kind: 'instant' } : { kind: 'interval', interval_ms: line.intervalMs },
    seed: line.seed,
    chain_id: line.chainId,
    epoch_length: line.epochLength,
    validators: line.validators,
    genesis_height: line.genesisHeight,
    layout: { shard_ids: line.shards, boundaries: line.boundaries },
    accounts: genesisAccounts(line.account),
    data_folder: line.memory ? null : line.dataFolder,
    survive: line.survivePowerLoss ? 'power_loss' : 'kill',
    ...(seats === undefined ? {} : { seats }),
    ...(history === undefined ? {} : { history_blocks: history }),
    ...(protocolVersion === undefined ? {} : { protocol_version: protocolVersion }),
  };
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

export function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535; 0 takes a free one.');
  return port;
}

export function parseHeight(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('Give a height in decimal digits.');
  return BigInt(text);
}

export function parseShards(text: string): bigint[] {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text))
    throw new InvalidArgumentError('Give shard ids such as 0 or 10,11,1.');
  return text.split(',').map(BigInt);
}

export function parseBoundaries(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

/** `id` or `id=amount in NEAR`; each use of the option adds one. */
export function addAccount(text: string, before: AccountWish[] = []): AccountWish[] {
  const [account_id = '', amount] = text.split('=');
  return [...before, { account_id, ...(amount === undefined ? {} : { amount: parseNear(amount) }) }];
}

export function parseNear(text: string): bigint {
  const [, whole, part = ''] = /^(\d{1,12})(?:\.(\d{1,24}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new InvalidArgumentError('Give an amount in NEAR such as 100 or 0.5.');
  return BigInt(whole + part.padEnd(NEAR_DECIMALS, '0'));
}

export function formatNear(yocto: bigint): string {
  const digits = yocto.toString().padStart(NEAR_DECIMALS + 1, '0');
  const part = digits.slice(-NEAR_DECIMALS).replace(/0+$/, '');
  return digits.slice(0, -NEAR_DECIMALS) + (part === '' ? '' : `.${part}`);
}
