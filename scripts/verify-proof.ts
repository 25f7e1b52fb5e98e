// Owns the command that checks a proof file, without a server or the network; leaves the checks to core/proofs.

import { readFile, stat } from 'node:fs/promises';
import { Command } from 'commander';
import { MAX_BUNDLE_BYTES } from '../core/proofs/bundle-schema.ts';
import { type RetirementVerdict, verifyProofText } from '../core/proofs/verify-retirement.ts';
import { note, say } from './console.ts';

const HELP = `
Checks a file of the form dmrv-retirement-proof/1 and prints what it shows, statement by statement. Nothing is asked of
anybody. Get the head's hash from somebody you trust and who is not us (docs/proofs.md says where), for the block height
that the file names.

Exit code:
  0  every statement holds, and its head is one that you named
  1  the file is refused; the last line says at which statement
  2  nothing is decided: no head was named, so that the file only agrees with itself, or there is no such file

Examples:
  npm run verify-proof -- retirement.proof.json
  npm run verify-proof -- retirement.proof.json --head 9mE3…
`;

const collect = (value: string, all: string[]): string[] => [...all, value];

const command = new Command('npm run verify-proof --')
  .description('Checks a proof of a retirement.')
  .argument('<file>', 'the proof')
  .option('--head <hash>', 'a block hash that you trust; again for a file of several heads', collect, [])
  .option('--json', 'print the verdict as one JSON object', false)
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .exitOverride((end) => {
    process.exit(end.exitCode === 0 ? 0 : 2);
  })
  .action(async (file: string, { head, json }: { head: string[]; json: boolean }) => {
    const text = await read(file);
    if (text === undefined) {
      process.exitCode = 2;
      return;
    }
    const verdict = verifyProofText(text, head.length === 0 ? {} : { trusted_head: head });
    say(json ? JSON.stringify(verdict) : show(verdict));
    process.exitCode = verdict.ok ? (verdict.is_trusted ? 0 : 2) : 1;
  });

await command.parseAsync();

/** One byte more than a file may have is enough to see that it has too many. */
async function read(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BUNDLE_BYTES) return ' '.repeat(MAX_BUNDLE_BYTES + 1);
    return await readFile(file, 'utf8');
  } catch (error) {
    note(`error: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function show(verdict: RetirementVerdict): string {
  const lines = verdict.statements.map(
    ({ ok, step, says }) => `${ok ? 'yes' : 'NO '}  ${step.padEnd(18)}${says}`,
  );
  return [...lines, '', conclude(verdict)].join('\n');
}

function conclude({ ok, is_trusted, heads, failed }: RetirementVerdict): string {
  if (!ok) return `Refused at ${failed?.step}.`;
  if (is_trusted) return 'The retirement is shown, as far as the head is the chain’s.';
  const look = heads.map(({ height, hash }) => `block ${height} (${hash})`).join(' and ');
  return `The file agrees with itself. Nothing is shown until you name its head: look up ${look}.`;
}
