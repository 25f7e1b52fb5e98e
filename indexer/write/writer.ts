// Owns writing on through failures: the lead, retries, a lost connection, and naming what cannot be written; leaves one batch to write-batch.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DmrvError, fromDatabaseError, RetryableError } from '../../core/errors/index.ts';
import { ProjectionError } from '../projectors/projection-error.ts';
import type { BlockFacts, DecodedBlock, Observer } from '../types.ts';
import { bindDatabase, type Chain } from './binding.ts';
import { type Cursor, type Cursors, readCursors } from './cursors.ts';
import { takeLead } from './leadership.ts';
import { nameCulprit } from './name-culprit.ts';
import { openSession, type Session } from './session.ts';
import { type Written, writeBatch } from './write-batch.ts';

export interface WriterOptions extends Chain {
  /** Of the login `indexer`. */
  url: string;
  contracts: readonly string[];
  /** Which process writes, for whoever reads chain.cursor. */
  indexer_id: string;
  signal: AbortSignal;
  log: Pick<Logger, 'info' | 'warn'>;
  observer?: Pick<Observer, 'committed'>;
  /** Told once while another indexer leads. */
  on_standby?: () => void;
}

export interface Writer {
  /** How far each contract is written; one that was never followed has none. */
  cursors(): ReadonlyMap<string, Cursor>;
  /** All of it is written when it returns; what fails is named, and everything before it is written. */
  write(blocks: readonly DecodedBlock[]): Promise<void>;
  /** Attaches what chain and platform missed of each other; answers how many tokens. Between two batches. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

const SWEEP = 'select credit.sweep_unattached($1) as found';

/** A deadlock or a lost connection is over soon; after so many attempts in a row it is not. */
const ATTEMPTS = 8;
const BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2_000;

/** Returns when this process leads; until then another one does, and this one stands by. */
export async function openWriter(options: WriterOptions): Promise<Writer> {
  const leader = new Leader(options);
  await leader.lead();
  return {
    cursors: () => leader.cursors,
    write: (blocks) => leader.write(blocks),
    sweep: () => leader.sweep(),
    close: () => leader.close(),
  };
}

class Leader {
  cursors: Cursors = new Map();
  private readonly options: WriterOptions;
  private session: Session | null = null;

  constructor(options: WriterOptions) {
    this.options = options;
  }

  async lead(): Promise<void> {
    const { contracts, signal, log } = this.options;
    this.session = await openSession(this.options.url);
    try {
      await bindDatabase(this.session, this.options);
      const on_standby = (): void => {
        log.info({ contracts }, 'another indexer leads; standing by');
        this.options.on_standby?.();
      };
      await takeLead(this.session, { contracts, signal, on_standby });
      this.cursors = await readCursors(this.session, { contracts, is_locked: false });
    } catch (error) {
      await this.close();
      throw signal.aborted ? error : fromDatabaseError(error);
    }
    log.info({ contracts, indexer_id: this.options.indexer_id }, 'this indexer leads');
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.close();
  }

  async write(blocks: readonly DecodedBlock[]): Promise<void> {
    try {
      await this.writeWhole(blocks);
    } catch (error) {
      if (this.options.signal.aborted || !isOfData(error)) throw error;
      if (error instanceof ProjectionError) return this.writeBefore(blocks, error);
      if (blocks.length > 1) return this.writeHalves(blocks);
      throw await this.name(blocks, error);
    }
  }

  /** At most so many a call as one batch may touch; the next call goes on. */
  async sweep(): Promise<number> {
    let found = 0;
    for (const contract of this.options.contracts) {
      try {
        const result = await this.session?.query<{ found: number }>(SWEEP, [contract]);
        found += result?.rows[0]?.found ?? 0;
      } catch (error) {
        throw fromDatabaseError(error);
      }
    }
    return found;
  }

  private async writeHalves(blocks: readonly DecodedBlock[]): Promise<void> {
    const middle = Math.ceil(blocks.length / 2);
    await this.write(blocks.slice(0, middle));
    await this.write(blocks.slice(middle));
  }

  private async writeBefore(blocks: readonly DecodedBlock[], error: ProjectionError): Promise<void> {
    const before = blocks.filter(({ facts }) => facts.height < error.block_height);
    if (before.length > 0 && before.length < blocks.length) await this.write(before);
    throw error;
  }

  private async name(blocks: readonly DecodedBlock[], error: unknown): Promise<unknown> {
    const [block] = blocks;
    if (block === undefined || this.session === null) return error;
    return nameCulprit(this.writer(this.session), block, error);
  }

  private async writeWhole(blocks: readonly DecodedBlock[]): Promise<void> {
    const last = blocks.at(-1)?.facts;
    if (last === undefined) return;
    const before = this.cursors;
    const started = performance.now();
    for (let attempt = 1; ; attempt++) {
      this.options.signal.throwIfAborted();
      try {
        const session = this.session ?? (await this.returnTo(before, last));
        // The answer to a commit may be lost with its connection, and the batch be written all the same.
        const is_written = attempt > 1 && stand(before, this.cursors, last) === 'after';
        const written = is_written ? null : await writeBatch(this.writer(session), blocks);
        if (written !== null) this.cursors = written.cursors;
        this.tell({ blocks, last, written, ms: performance.now() - started });
        return;
      } catch (error) {
        const known = fromDatabaseError(error);
        if (!known.retryable || known.code === 'INDEXER_LEADERSHIP_LOST')
          throw known.code === 'INTERNAL' ? error : known;
        if (attempt === ATTEMPTS) throw known;
        await this.recover(known, attempt);
      }
    }
  }

  private async recover(error: DmrvError, attempt: number): Promise<void> {
    this.options.log.warn({ err: error, attempt }, 'a batch was not written; trying again');
    if (error.code === 'DATABASE_UNREACHABLE' || this.session?.is_broken === true) await this.close();
    const pause = Math.min(BACKOFF_MS * 2 ** attempt, LONGEST_BACKOFF_MS);
    await sleep(pause, undefined, { signal: this.options.signal });
  }

  /** Leads again where nobody else wrote meanwhile; our own last batch may have come through. */
  private async returnTo(before: Cursors, last: BlockFacts): Promise<Session> {
    await this.lead();
    const { session } = this;
    if (session !== null && stand(before, this.cursors, last) !== 'elsewhere') return session;
    const contracts = this.options.contracts.join(', ');
    throw new RetryableError('INDEXER_LEADERSHIP_LOST', { facts: { contracts } });
  }

  private writer(session: Session) {
    const { contracts, indexer_id } = this.options;
    return { session, contracts, indexer_id, cursors: this.cursors };
  }

  private tell(what: {
    blocks: readonly DecodedBlock[];
    last: BlockFacts;
    written: Written | null;
    ms: number;
  }): void {
    const { blocks, last, written, ms } = what;
    const { events = 0, dead_letters = 0 } = written ?? {};
    this.options.observer?.committed({ ms, blocks: blocks.length, events, dead_letters, last });
  }
}

/** Where the cursors stand now: as before a batch, as after it, or where somebody else left them. */
function stand(before: Cursors, now: Cursors, last: BlockFacts): 'before' | 'after' | 'elsewhere' {
  const contracts = [...new Set([...before.keys(), ...now.keys()])];
  if (contracts.every((contract) => now.get(contract)?.hash === before.get(contract)?.hash)) return 'before';
  const is_after = contracts.every((contract) => {
    const [was, is] = [before.get(contract), now.get(contract)];
    return is?.hash === (was !== undefined && was.height >= last.height ? was.hash : last.hash);
  });
  return is_after ? 'after' : 'elsewhere';
}

/** What the same attempt would meet again, and lies in a block. */
function isOfData(error: unknown): boolean {
  if (!(error instanceof DmrvError)) return true;
  return error instanceof ProjectionError || DATA_CODES.has(error.code);
}

const DATA_CODES: ReadonlySet<string> = new Set(['CONFLICT', 'VALIDATION_FAILED', 'INTERNAL']);
