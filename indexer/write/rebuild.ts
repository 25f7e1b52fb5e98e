// Owns making chain.* and the tenants' rows anew from the kept events, or only comparing; leaves the parts to the files beside it.

import { OWNER_ROLE } from '../../core/db/logins.ts';
import { compareReplay, type Difference, takeOver } from './compare-replay.ts';
import { readCursors } from './cursors.ts';
import { makeReplayTables, replayEvents } from './replay.ts';
import { inTransaction, openSession, type Session } from './session.ts';
import { attachAll } from './view-tables.ts';

export interface RebuildOptions {
  /** Of someone who may become the owner: no login makes tables of its own. */
  admin_url: string;
  contract: string;
  signal: AbortSignal;
  on_progress?: (progress: RebuildProgress) => void;
}

export interface RebuildProgress {
  phase: 'replaying' | 'attaching';
  done: number;
  of: number;
}

export interface RebuildResult {
  events: number;
  differences: Difference[];
  /** By table of a tenant's view, the rows that were not what the chain says. */
  view_changes: Record<string, number>;
}

/** Folds all kept events anew and compares; writes nothing, and holds up no indexer but while it compares. */
export async function verifyReplay(options: RebuildOptions): Promise<Omit<RebuildResult, 'view_changes'>> {
  return withReplay(options, async (replay) => {
    const events = await replay.finish();
    return { events, differences: await compareReplay(replay.session, options.contract) };
  });
}

/**
 * The same, and what differs becomes what the events say. An indexer may run: it waits only from the last events on,
 * and finds the mended rows. Either all of it is mended or nothing.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildResult> {
  return withReplay(options, async (replay) => {
    const events = await replay.finish();
    return { events, ...(await mend(replay.session, options)) };
  });
}

/** In the caller's transaction, with a whole replay. */
export async function mend(
  session: Session,
  { contract, signal, on_progress }: Omit<RebuildOptions, 'admin_url'>,
): Promise<Omit<RebuildResult, 'events'>> {
  const differences = await compareReplay(session, contract);
  if (differences.length > 0) await takeOver(session, contract);
  const of = await count(session, 'select count(*) from chain.tokens where near_contract_id = $1', contract);
  let done = 0;
  const on_page = (tokens: number): void => {
    done = Math.min(of, done + tokens);
    on_progress?.({ phase: 'attaching', done, of });
  };
  return { differences, view_changes: await attachAll(session, { contract, signal, on_page }) };
}

export interface Replay {
  session: Session;
  /** Folds what came since, with the cursor locked; answers how many events were folded in all. */
  finish(): Promise<number>;
}

const COUNT_EVENTS = 'select count(*) from chain.contract_events where near_contract_id = $1';

async function withReplay<T>(options: RebuildOptions, work: (replay: Replay) => Promise<T>): Promise<T> {
  const { contract, signal } = options;
  const session = await openSession(options.admin_url, OWNER_ROLE);
  try {
    await makeReplayTables(session);
    const of = await count(session, COUNT_EVENTS, contract);
    let done = 0;
    const on_page = (events: number): void => {
      done += events;
      options.on_progress?.({ phase: 'replaying', done, of: Math.max(of, done) });
    };
    const after = await replayEvents(session, { contract, after: null, signal, on_page });
    return await inTransaction(session, async () => {
      await readCursors(session, { contracts: [contract], is_locked: true });
      const finish = async (): Promise<number> => {
        await replayEvents(session, { contract, after, signal, on_page });
        return done;
      };
      return work({ session, finish });
    });
  } finally {
    await session.close();
  }
}

async function count(session: Session, text: string, contract: string): Promise<number> {
  const { rows } = await session.query<{ count: string }>(text, [contract]);
  return Number(rows[0]?.count ?? 0);
}
