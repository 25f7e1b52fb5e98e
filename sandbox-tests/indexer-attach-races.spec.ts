// Shows that a hash and its event that come at the same time find each other, once, and that who writes hashes holds up nobody.

import test from 'ava';
import pg from 'pg';
import { EventMaker, MADE_CONTRACT } from './support/event-maker.ts';
import { type HeldHash, holdHash, openTables } from './support/indexed-tables.ts';

test('a sweep finds what a hash written under repeatable read has missed', async (t) => {
  const { open, world, ask, database } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('swept');
  const credit = maker.plan();
  const held = await holdHash(world, credit.token_id);
  const blind = new pg.Client(database.admin_url);
  await blind.connect();
  await blind.query('begin isolation level repeatable read');
  await blind.query('select 1');
  await writer.write([maker.block([maker.consent('consent-1'), maker.mint([credit])])]);
  await blind.query(
    `insert into hashing.mrv_hashes (tenant_id, mrv_submission_id, mrv_hash, canonical_payload) values ($1, $2, $3, '{}')`,
    [held.tenant_id, held.mrv_submission_id, held.mrv_hash],
  );
  await blind.query('commit');
  await blind.end();
  t.deepEqual(await ask('select mrv_hash from credit.credits'), []);
  t.deepEqual(await ask('select credit.sweep_unattached($1)', [MADE_CONTRACT]), [{ sweep_unattached: 1 }]);
  t.deepEqual(await ask('select mrv_hash from credit.credits'), [{ mrv_hash: credit.token_id }]);
  t.deepEqual(await ask('select credit.sweep_unattached($1)', [MADE_CONTRACT]), [{ sweep_unattached: 0 }]);
});

test('two that write hashes of one lock at once do not wait for each other', async (t) => {
  const { world, ask, database } = await openTables(t);
  // Of 1,025 hashes two share one of 1,024 locks.
  const [pair] = await ask<{ hashes: string[] }>(
    `select (array_agg(h order by h))[1:2] as hashes
     from (select encode(sha256(n::text::bytea), 'hex') as h from generate_series(0, 1024) as n) as drawn
     group by hashtextextended(h, 0) & 1023 having count(*) > 1 limit 1`,
  );
  const held: HeldHash[] = [];
  for (const mrv_hash of pair?.hashes ?? []) held.push(await holdHash(world, mrv_hash));
  t.is(held.length, 2);
  const clients = held.map(() => new pg.Client(database.admin_url));
  for (const [index, client] of clients.entries()) {
    await client.connect();
    await client.query(`begin; set local lock_timeout = '5s'`);
    await client.query(
      `insert into hashing.mrv_hashes (tenant_id, mrv_submission_id, mrv_hash, canonical_payload) values ($1, $2, $3, '{}')`,
      [held[index]?.tenant_id, held[index]?.mrv_submission_id, held[index]?.mrv_hash],
    );
  }
  for (const client of clients) {
    await client.query('commit');
    await client.end();
  }
  t.deepEqual(await ask('select count(*)::int from hashing.mrv_hashes'), [{ count: 2 }]);
});

const RACES = 200;

test('a hash that becomes known at the very moment of its event is attached, once', async (t) => {
  t.timeout(120_000);
  const { open, ask, world, database } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('races');
  const credits = Array.from({ length: RACES }, () => maker.plan());
  const held: HeldHash[] = [];
  for (const { token_id } of credits) held.push(await holdHash(world, token_id, held[0]?.tenant_id));
  await writer.write([maker.block([maker.consent('consent-1')])]);
  const api = new pg.Client(database.admin_url);
  await api.connect();
  let [hash_first, event_first] = [0, 0];
  for (const [index, credit] of credits.entries()) {
    const one = held[index];
    if (one === undefined) throw new Error('each credit has a hash');
    const ends: string[] = [];
    await Promise.all([
      writer.write([maker.block([maker.mint([credit])])]).then(() => ends.push('event')),
      api
        .query(
          `insert into hashing.mrv_hashes (tenant_id, mrv_submission_id, mrv_hash, canonical_payload)
           select $1, $2, $3, '{}' from (select pg_sleep($4)) as late`,
          [one.tenant_id, one.mrv_submission_id, one.mrv_hash, (index % 20) / 4000],
        )
        .then(() => ends.push('hash')),
    ]);
    if (ends[0] === 'hash') hash_first += 1;
    else event_first += 1;
  }
  await api.end();
  t.log(`${hash_first} times the hash came first, ${event_first} times the event`);
  const counts = await ask(
    `select (select count(*)::int from credit.credits) as credits,
       (select count(*)::int from credit.credit_transfers) as transfers,
       (select count(*)::int from eventing.event_store) as events, (select count(*)::int from eventing.outbox) as out`,
  );
  t.deepEqual<unknown, unknown>(counts, [
    { credits: RACES, transfers: RACES, events: RACES * 2, out: RACES * 2 },
  ]);
});
