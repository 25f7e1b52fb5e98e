// Owns the command that makes a proof file from a node's answers alone; leaves finding and proving to api/proofs.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { z } from 'zod';
import { createAskChain } from '../api/chain/json-rpc.ts';
import { ForgottenError, NotRetiredError } from '../api/proofs/find-receipts.ts';
import { writeBundle } from '../api/proofs/make-bundle.ts';
import { proveRetirement } from '../api/proofs/prove-retirement.ts';
import { loadConfig } from '../core/config/index.ts';
import { note, noteFailure, say } from './console.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

const HELP = `
Asks a node, and nobody else, for a retirement, its lineage and what its registry said, and writes the file that proves
them (dmrv-retirement-proof/1). Network, contract and nodes are those of near.config.json where they are not named.
Ordinary nodes forget after about 36 hours; what is older needs an archival node (--rpc).

Exit code: 0 it was made, 1 it could not be, 2 the token is not retired or the node has forgotten it.

Examples:
  npm run prove -- 1fe7…ec71
  npm run prove -- 1fe7…ec71 --rpc https://archival-rpc.mainnet.near.org --contract credits.example.near --out proof.json
  npm run prove -- 1fe7…ec71 --head 9mE3…          under a block that you trust
  npm run prove -- 1fe7…ec71 --from 5kT8…          with signed blocks that lead from a block that you trust
`;

type Options = {
  rpc?: string;
  contract?: string;
  head?: string;
  from?: string;
  payload?: string;
  out?: string;
  json: boolean;
};

await new Command('npm run prove --')
  .description('Makes the proof of a retirement from a node alone.')
  .argument('<token_id>', 'the retired hash, 64 hex characters')
  .option('--rpc <url>', 'a node of the network')
  .option('--contract <account_id>', 'the contract')
  .option('--head <hash>', 'the block under which it is proven; the newest final one where it is not named')
  .option('--from <hash>', 'a block from which signed blocks are to lead to the head')
  .option('--payload <file>', 'the canonical payload of what was minted, as JSON')
  .option('--out <file>', 'where the file is written; standard output where it is not named')
  .option('--json', 'with --out: print what was made as one JSON object', false)
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .action(prove)
  .parseAsync();

async function prove(token: string, options: Options): Promise<void> {
  const token_id = token.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{64}$/.test(token_id)) return fail('error: a token id has 64 lower-case hex characters', 2);
  if (options.head !== undefined && options.from !== undefined)
    return fail('error: either --head or --from', 2);
  try {
    const { rpc_urls, contract_id, api_key } = readPlace(options);
    const canonical_payload = await readPayload(options.payload);
    const { bundle, verdict, head_hash } = await proveRetirement(createAskChain({ rpc_urls, api_key }), {
      contract_id,
      token_id,
      head: options.head,
      from: options.from,
      canonical_payload,
      on_progress: note,
    });
    const { text, sha256 } = writeBundle(bundle);
    if (options.out === undefined) return say(text);
    await writeFile(options.out, text);
    const made = {
      file: options.out,
      bytes: text.length,
      sha256,
      head_hash,
      as_of_height: verdict.heads[0]?.height,
    };
    if (options.json) return say(JSON.stringify(made));
    say(`${made.file}: ${made.bytes} bytes, true as of block ${made.as_of_height}, ${head_hash}`);
    say(`Check it: npm run verify-proof -- ${made.file} --head <that hash, from somebody whom you trust>`);
  } catch (error) {
    if (error instanceof NotRetiredError) return fail(`error: ${error.message}`, 2);
    if (error instanceof ForgottenError)
      return fail(`error: ${error.message} An archival node is needed: --rpc.`, 2);
    noteFailure(error);
    process.exitCode = 1;
  }
}

function fail(message: string, exit_code: number): void {
  note(message);
  process.exitCode = exit_code;
}

function readPlace({ rpc, contract }: Options) {
  if (rpc !== undefined && contract !== undefined) {
    return { rpc_urls: [rpc], contract_id: contract, api_key: undefined };
  }
  const { network, secrets } = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  return {
    rpc_urls: rpc === undefined ? network.rpc_urls : [rpc],
    contract_id: contract ?? network.contract_account_id,
    // A key of one provider is nobody else's.
    api_key: rpc === undefined ? secrets.rpc_api_key : undefined,
  };
}

async function readPayload(file: string | undefined) {
  if (file === undefined) return null;
  return z.record(z.string(), z.json()).parse(JSON.parse(await readFile(file, 'utf8')));
}
