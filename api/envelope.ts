// Owns filling the envelope of an answer; leaves its shape to schemas/envelope.ts and which error it is to plugins/errors.ts.

import type { DmrvError, Fact } from '../core/errors/index.ts';
import { API_VERSION, type Failure, type Meta } from './schemas/envelope.ts';

export type Issue = { path: string; message: string };

export function metaOf(about: { request_id: string; at: Date }): Meta {
  return { request_id: about.request_id, timestamp: about.at.toISOString(), version: API_VERSION };
}

export function success(data: unknown, meta: Meta): { success: true; data: unknown; meta: Meta } {
  return { success: true, data, meta };
}

export function failure(about: {
  error: DmrvError;
  meta: Meta;
  issues?: readonly Issue[] | undefined;
}): Failure {
  const { error, meta, issues } = about;
  const details = { ...shownFacts(error.facts), ...(issues === undefined ? {} : { issues }) };
  const { code, message } = error;
  const has_details = Object.keys(details).length > 0;
  return {
    success: false,
    error: { code, message, ...(has_details ? { details } : {}), timestamp: meta.timestamp },
    meta,
  };
}

// Where the database keeps things is of no use outside. That a rule was broken is told by the rule's name.
const HIDDEN_FACTS: ReadonlySet<string> = new Set(['schema', 'table', 'column', 'constraint', 'sqlstate']);

function shownFacts(facts: Readonly<Record<string, Fact>>): Record<string, string | number | boolean> {
  const shown = Object.entries(facts).filter(([name]) => !HIDDEN_FACTS.has(name));
  return Object.fromEntries(
    shown.map(([name, fact]) => [name, typeof fact === 'bigint' ? String(fact) : fact]),
  );
}
