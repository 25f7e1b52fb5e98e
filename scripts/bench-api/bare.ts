// Owns the bare routes that the API is measured against: Fastify, one prepared query, an identity for the whole session; leaves
// asking them to load.ts.

import Fastify, { type FastifyInstance } from 'fastify';
import type pg from 'pg';
import { createPool } from '../../core/db/pool.ts';

const LIST_ROWS = 50;

// The same rows as the API's answer, by one query: the credit, its owner, its newest transfers, its retirement.
const CREDIT = `select to_jsonb(c) as credit, to_jsonb(o) as ownership, to_jsonb(r) as retirement,
    coalesce((select jsonb_agg(to_jsonb(t) order by t.transferred_at desc) from (select * from credit.credit_transfers
      where credit_id = c.credit_id order by transferred_at desc limit ${LIST_ROWS}) t), '[]') as transfers
  from credit.credits c left join credit.credit_ownership o on o.credit_id = c.credit_id
    left join credit.retirements r on r.credit_id = c.credit_id
  where c.credit_id = $1`;

const CREDITS = `select credit_id, mrv_hash, registry_type, registry_name, registry_serial, token_id, near_contract_id,
    tonnage_co2e, unit, vintage_year, issuance_date, expires_on, status, void_cause, minted_at, retired_at, created_at,
    updated_at, tenant_id, project_id, mrv_submission_id, serial_block, near_minter_account_id, metadata
  from credit.credits where status = any($1) and vintage_year = any($2)
  order by created_at desc, credit_id desc limit ${LIST_ROWS}`;

export type Bare = { app: FastifyInstance; close(): Promise<void> };

export function buildBare(about: { url: string; tenant_id: string; connections: number }): Bare {
  const { url, tenant_id, connections } = about;
  const pool = createPool({ url, max: connections, on_idle_error: () => undefined });
  // Sent before the first question of a connection, and so answered before it.
  pool.on('connect', (client: pg.PoolClient) => {
    client
      .query(`select set_config('app.current_tenant_id', $1, false)`, [tenant_id])
      .catch((error: unknown) => {
        throw error;
      });
  });
  const app = Fastify();
  app.get<{ Params: { credit_id: string } }>('/credits/:credit_id', async ({ params }) => {
    const { rows } = await pool.query({ name: 'credit', text: CREDIT, values: [params.credit_id] });
    return rows[0];
  });
  app.get<{ Querystring: { status: string; vintage: string } }>('/credits', async ({ query }) => {
    const values = [query.status.split(','), query.vintage.split(',').map(Number)];
    const { rows } = await pool.query({ name: 'credits', text: CREDITS, values });
    return { credits: rows };
  });
  return {
    app,
    close: async () => {
      await app.close();
      await pool.end();
    },
  };
}
