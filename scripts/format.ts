// Owns the format command; leaves the rules to biome.json.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const folder = fileURLToPath(new URL('..', import.meta.url));

await new Command('npm run format --')
  .description(
    'Formats the sources and mends what lint can mend by itself; "npm test" checks the same rules.',
  )
  .argument('[files...]', 'files or folders; the whole project when left out')
  .action((files: string[]) => {
    const paths = files.length === 0 ? ['.'] : files;
    const biome = join(folder, 'node_modules', '.bin', 'biome');
    const { status, error } = spawnSync(biome, ['check', '--write', ...paths], {
      cwd: folder,
      stdio: 'inherit',
    });
    if (error !== undefined)
      console.error(`biome could not run: ${error.message}. Run "npm ci", then try again.`);
    process.exitCode = status ?? 1;
  })
  .parseAsync();
