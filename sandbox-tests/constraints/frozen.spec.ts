// Shows what triggers hold fast: ledgers and trails, deleted users, approved evidence, a retirement's token.
// It speaks as the superuser: what holds for that one holds for every login.

import test from 'ava';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld, type Table } from '../support/world.ts';
import { ACCEPTED, attempt, inUndoneWorld, type Outcome } from './case.ts';

const LATER = '2026-03-01T00:00:00Z';

let database: TestDatabase;
let world: OpenWorld;

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

const APPEND_ONLY: readonly [Table, string][] = [
  ['audit.audit_logs', 'actor'],
  ['audit.operator_reads', 'path'],
  ['billing.usage_ledger', 'metric'],
  ['credit.buffer_entries', 'occurred_at'],
  ['eventing.event_store', 'payload'],
];

for (const [table, column] of APPEND_ONLY) {
  test.serial(`${table}: rows are added, and never changed or deleted`, async (t) => {
    await inUndoneWorld(world, async ({ db, make }) => {
      await make(table);
      const refused = refusal(`${table.split('.')[1]}_append_only`);
      const name = sql.ref(column);
      const change = sql`update ${sql.table(table)} set ${name} = ${name}`;
      t.deepEqual(await attempt(db, () => change.execute(db)), refused);
      t.deepEqual(await attempt(db, () => sql`delete from ${sql.table(table)}`.execute(db)), refused);
      t.deepEqual(await attempt(db, () => make(table)), ACCEPTED);
    });
  });
}

for (const table of ['audit.audit_logs', 'eventing.event_store'] as const) {
  test.serial(`${table}: rows stay as they are in each partition too`, async (t) => {
    await inUndoneWorld(world, async ({ db, make }) => {
      await make(table);
      // Long before the months that have a partition: this one waits in the default one.
      await make(table, { created_at: '2001-01-01T00:00:00Z' });
      const { rows } = await sql<{ partition: string }>`
        select tableoid::regclass::text as partition from ${sql.table(table)} group by 1 order by 1`.execute(
        db,
      );
      t.is(rows.length, 2);
      const refused = refusal(`${table.split('.')[1]}_append_only`);
      for (const { partition } of rows) {
        const [schema = '', name = ''] = partition.split('.');
        const change = sql`update ${sql.id(schema, name)} set created_at = created_at`;
        t.deepEqual(await attempt(db, () => change.execute(db)), refused);
        const removal = sql`delete from ${sql.id(schema, name)}`;
        t.deepEqual(await attempt(db, () => removal.execute(db)), refused);
      }
    });
  });
}

test.serial(
  'iam.users: a deleted user stays deleted, since the same moment (users_undelete_refused)',
  async (t) => {
    await inUndoneWorld(world, async ({ db, make }) => {
      const { user_id } = await make('iam.users', { status: 'deleted', deleted_at: LATER });
      const change = (values: { status?: string; deleted_at?: string | null; display_name?: string }) =>
        attempt(db, () => db.updateTable('iam.users').set(values).where('user_id', '=', user_id).execute());
      const refused = refusal('users_undelete_refused');
      t.deepEqual(await change({ status: 'active', deleted_at: null }), refused);
      t.deepEqual(await change({ deleted_at: '2026-03-02T00:00:00Z' }), refused);
      t.deepEqual(await change({ status: 'active' }), {
        accepted: false,
        sqlstate: '23514',
        constraint: 'users_deleted_check',
      });
      t.deepEqual(await change({ display_name: 'erased' }), ACCEPTED);
    });
  },
);

test.serial('iam.users: a user who is not deleted may be suspended, come back and be deleted', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { user_id } = await make('iam.users');
    for (const status of ['suspended', 'active']) {
      await db.updateTable('iam.users').set({ status }).where('user_id', '=', user_id).execute();
    }
    const deletion = { status: 'deleted', deleted_at: LATER };
    await t.notThrowsAsync(
      db.updateTable('iam.users').set(deletion).where('user_id', '=', user_id).execute(),
    );
  });
});

test.serial('mrv.mrv_artifacts: evidence is frozen while its submission is approved', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { artifact_id, tenant_id, mrv_submission_id } = await make('mrv.mrv_artifacts');
    const other = await make('mrv.mrv_artifacts', { tenant_id });
    const add = () => make('mrv.mrv_artifacts', { tenant_id, mrv_submission_id });
    const rename = () =>
      db
        .updateTable('mrv.mrv_artifacts')
        .set({ file_name: 'b' })
        .where('artifact_id', '=', artifact_id)
        .execute();
    const remove = () => db.deleteFrom('mrv.mrv_artifacts').where('artifact_id', '=', artifact_id).execute();
    const move = (artifact: string, submission: string) =>
      db
        .updateTable('mrv.mrv_artifacts')
        .set({ mrv_submission_id: submission })
        .where('artifact_id', '=', artifact)
        .execute();
    const moveAway = () => move(artifact_id, other.mrv_submission_id);
    const moveIn = () => move(other.artifact_id, mrv_submission_id);
    for (const [status, expected] of [
      ['in_verification', ACCEPTED],
      ['approved', refusal('mrv_artifacts_frozen_once_approved')],
      ['archived', ACCEPTED],
    ] as const) {
      await db
        .updateTable('mrv.mrv_submissions')
        .set({ status })
        .where('mrv_submission_id', '=', mrv_submission_id)
        .execute();
      for (const work of [add, rename, remove, moveAway, moveIn]) {
        t.deepEqual(await attempt(db, work), expected, `${status}: ${work.name}`);
      }
    }
  });
});

test.serial(
  'mrv.mrv_submissions: a primary file backs one approval at a time (global_artifact_hashes_primary_once)',
  async (t) => {
    await inUndoneWorld(world, async ({ db, make, random }) => {
      const sha256_hash = random.hash();
      const first = await make('mrv.mrv_artifacts', { sha256_hash });
      const second = await make('mrv.mrv_artifacts', { sha256_hash, artifact_type: 'lab_report' });
      const set = (mrv_submission_id: string, status: string) =>
        db
          .updateTable('mrv.mrv_submissions')
          .set({ status })
          .where('mrv_submission_id', '=', mrv_submission_id)
          .execute();
      await set(first.mrv_submission_id, 'approved');
      t.deepEqual(await attempt(db, () => set(second.mrv_submission_id, 'approved')), {
        accepted: false,
        sqlstate: '23505',
        constraint: 'global_artifact_hashes_primary_once',
      });
      await set(first.mrv_submission_id, 'rejected');
      t.deepEqual(await attempt(db, () => set(second.mrv_submission_id, 'approved')), ACCEPTED);
    });
  },
);

test.serial(
  'mrv.mrv_submissions: each kind of file but the four primary ones may back many approvals',
  async (t) => {
    const primary = ['sensor_data', 'lab_report', 'satellite_imagery', 'monitoring_report'];
    const others = ['calibration_cert', 'photo', 'qa_qc_procedure', 'other'];
    for (const artifact_type of [...primary, ...others]) {
      await inUndoneWorld(world, async ({ db, make, random }) => {
        const sha256_hash = random.hash();
        await make('mrv.mrv_artifacts', { sha256_hash, artifact_type });
        const twice = await make('mrv.mrv_artifacts', { sha256_hash, artifact_type });
        const { tenant_id, mrv_submission_id } = twice;
        await make('mrv.mrv_artifacts', {
          tenant_id,
          mrv_submission_id,
          sha256_hash,
          artifact_type: 'photo',
        });
        const approval = db.updateTable('mrv.mrv_submissions').set({ status: 'approved' });
        const outcome = await attempt(db, () => approval.execute());
        t.is(outcome.accepted, others.includes(artifact_type), artifact_type);
      });
    }
  },
);

test.serial('mrv.mrv_submissions: the file of one submission may stand in it twice', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { tenant_id, mrv_submission_id, sha256_hash } = await make('mrv.mrv_artifacts');
    await make('mrv.mrv_artifacts', { tenant_id, mrv_submission_id, sha256_hash, artifact_type: 'photo' });
    await db.updateTable('mrv.mrv_submissions').set({ status: 'approved' }).execute();
    const claims = await db.selectFrom('registry.global_artifact_hashes').selectAll().execute();
    t.deepEqual(
      claims.map((claim) => [claim.mrv_submission_id, claim.sha256_hash, claim.is_primary]),
      [[mrv_submission_id, sha256_hash, true]],
    );
  });
});

test.serial(
  "credit.retirements: a retirement names its credit's token, and keeps to it (retirements_token_is_its_credits)",
  async (t) => {
    await inUndoneWorld(world, async ({ db, make, random }) => {
      const { tenant_id, credit_id, mrv_hash } = await make('credit.credits');
      const other = await make('credit.credits', { tenant_id });
      const refused = { accepted: false, sqlstate: '23503', constraint: 'retirements_token_is_its_credits' };
      for (const token_id of [random.hash(), other.mrv_hash]) {
        const wrong = () => make('credit.retirements', { tenant_id, credit_id, token_id });
        t.deepEqual(await attempt(db, wrong), refused);
      }
      await make('credit.retirements', { tenant_id, credit_id, token_id: mrv_hash });
      const retirement = db.updateTable('credit.retirements').where('credit_id', '=', credit_id);
      t.deepEqual(await attempt(db, () => retirement.set({ token_id: other.mrv_hash }).execute()), refused);
      t.deepEqual(await attempt(db, () => retirement.set({ credit_id: other.credit_id }).execute()), refused);
      t.deepEqual(await attempt(db, () => retirement.set({ beneficiary: 'Another' }).execute()), ACCEPTED);
    });
  },
);

test.serial(
  'registry.statement_rows: a row is judged in the transaction that brought it, once',
  async (t) => {
    await inUndoneWorld(world, async ({ db, make }) => {
      const { rows } = await sql<{ at: string }>`select now()::text as at`.execute(db);
      const fresh = await make('registry.statement_rows', { created_at: rows[0]?.at });
      const old = await make('registry.statement_rows', { created_at: LATER });
      const judge = ({ statement_row_id }: { statement_row_id: string }, error: string | null) =>
        db
          .updateTable('registry.statement_rows')
          .set({ error })
          .where('statement_row_id', '=', statement_row_id)
          .execute();
      const refused = refusal('statement_rows_judged_at_once');
      t.deepEqual(await attempt(db, () => judge(fresh, 'The same row stands on line 2.')), ACCEPTED);
      await judge(fresh, 'The same row stands on line 2.');
      t.deepEqual(await attempt(db, () => judge(fresh, null)), refused);
      t.deepEqual(await attempt(db, () => judge(old, 'Another word.')), refused);
    });
  },
);

function refusal(constraint: string): Outcome {
  return { accepted: false, sqlstate: '23001', constraint };
}
