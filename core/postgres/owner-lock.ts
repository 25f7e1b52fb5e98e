// Owns the rule that one process at a time has a data folder; leaves what happens inside it to start-postgres.ts.

import { randomBytes, randomInt } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DmrvError } from '../errors/index.ts';
import { giveToFolderOwner, makePrivateFolder, readPrivateFile, writePrivateFile } from './private-files.ts';
import { getOwnProcess, isAlive, type ProcessIdentity } from './process-identity.ts';

const CLAIM_ATTEMPTS = 40;
const CLAIM_PAUSE_MIN_MS = 5;
const CLAIM_PAUSE_MAX_MS = 40;

export type OwnerLock = {
  // Writes the address that a refused second start shows.
  announce(url: string): Promise<void>;
  release(): Promise<void>;
};

export type OwnerLockOptions = {
  // It must be there already.
  data_folder: string;
  // What names another folder: a variable or an option.
  setting: string;
};

type Claim = ProcessIdentity & { name: string };
type Owner = { pid: number; claim: string; url?: string };

// Each contender first puts down a claim that names its process, then looks for claims of other living
// processes. Two contenders cannot both miss each other; when both look at once, both step back and try again.
// A dead process's claim counts for nothing and can be removed at any time, because its name is never used
// again: so there is no moment in which a stale lock is taken over by two.
export async function takeOwnerLock({ data_folder, setting }: OwnerLockOptions): Promise<OwnerLock> {
  const folder = join(data_folder, 'owners');
  await makePrivateFolder(folder);
  for (let attempt = 1; ; attempt++) {
    const claim = await putClaim(folder);
    const rivals = await listRivals({ folder, own: claim });
    const [rival] = rivals;
    if (rival === undefined) return await holdLock({ data_folder, folder, claim });
    await rm(join(folder, claim), { force: true });
    const owner = await readOwner(data_folder);
    const held = owner !== undefined && rivals.some(({ name }) => name === owner.claim);
    if (held || attempt === CLAIM_ATTEMPTS)
      throw inUse({ data_folder, setting, pid: rival.pid, owner: held ? owner : undefined });
    await sleep(randomInt(CLAIM_PAUSE_MIN_MS, CLAIM_PAUSE_MAX_MS));
  }
}

async function putClaim(folder: string): Promise<string> {
  const { pid, start_ticks, boot_id } = getOwnProcess();
  const name = `${pid}.${start_ticks}.${boot_id}.${randomBytes(4).toString('hex')}`;
  const file = await open(join(folder, name), 'wx', 0o600);
  await file.close();
  await giveToFolderOwner(join(folder, name));
  return name;
}

async function listRivals({ folder, own }: { folder: string; own: string }): Promise<Claim[]> {
  const rivals: Claim[] = [];
  for (const name of await readdir(folder)) {
    if (name === own) continue;
    const [pid, start_ticks, boot_id] = name.split('.');
    if (pid === undefined || start_ticks === undefined || boot_id === undefined) continue;
    const claim = { name, pid: Number(pid), start_ticks, boot_id };
    if (isAlive(claim)) rivals.push(claim);
    else await rm(join(folder, name), { force: true });
  }
  return rivals;
}

async function holdLock(held: { data_folder: string; folder: string; claim: string }): Promise<OwnerLock> {
  const path = ownerPath(held.data_folder);
  const owner: Owner = { pid: process.pid, claim: held.claim };
  await writePrivateFile(path, `${JSON.stringify(owner)}\n`);
  return {
    announce: (url) => writePrivateFile(path, `${JSON.stringify({ ...owner, url })}\n`),
    release: async () => {
      await rm(path, { force: true });
      await rm(join(held.folder, held.claim), { force: true });
    },
  };
}

async function readOwner(data_folder: string): Promise<Owner | undefined> {
  const text = await readPrivateFile(ownerPath(data_folder));
  return text === undefined ? undefined : (JSON.parse(text) as Owner);
}

function ownerPath(data_folder: string): string {
  return join(data_folder, 'owner.json');
}

function inUse(about: OwnerLockOptions & { pid: number; owner: Owner | undefined }): DmrvError {
  const { data_folder, setting, pid, owner } = about;
  const url = owner?.url;
  const owned_by = url === undefined ? `process ${pid}` : `process ${pid} (${url})`;
  const facts = { data_folder, owned_by, setting, pid, ...(url === undefined ? {} : { url }) };
  return new DmrvError('DATA_FOLDER_IN_USE', { facts });
}
