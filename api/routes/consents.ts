// Owns the routes of registries' consents and their documents; leaves recording them on chain to the sagas.

import { findConsent, insertConsent, listConsents } from '../../core/db/consents.ts';
import { tellEvent } from '../../core/db/domain-events.ts';
import { findOwnHash } from '../../core/db/mrv-hashes.ts';
import { tellTopic } from '../../core/db/sagas.ts';
import { conflict, invalid, present } from '../acting.ts';
import { askedPage, pagesOf, shownFilters } from '../list.ts';
import { isMultiple } from '../mrv/compare-tonnes.ts';
import { beginsAs, readFileType } from '../mrv/file-types.ts';
import { unitOf } from '../mrv/units.ts';
import { canonicalNamespace } from '../registries/serials.ts';
import { defineRoute } from '../route.ts';
import { TOPICS } from '../sagas/topics.ts';
import {
  consentDocumentSchema,
  consentList,
  consentParams,
  consentSchema,
  consentsQuery,
  makeConsentBody,
} from '../schemas/registry.ts';
import { keyOf, withStaged } from '../store/store.ts';

const TAG = 'registry';
const WHAT = 'consent';
const READERS = { tenant: 'consents:read', operator: 'consents:read', registry: 'consents:read' } as const;
const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;
const DOCUMENT_TYPES = ['application/pdf', 'image/png', 'image/jpeg', 'application/octet-stream'] as const;

export const consentRoutes = {
  createConsent: defineRoute({
    method: 'POST',
    path: '/api/v1/consents',
    tag: TAG,
    summary: 'Note the consent of a registry to tokens, with the hash of its document',
    description: 'What the chain has of the same consent already is filled in at once.',
    callers: { tenant: 'consents:write' },
    body: makeConsentBody,
    status: 201,
    answer: consentSchema,
    errors: ['CONFLICT'],
    handle: ({ body, transact }) =>
      transact(async (trx) => {
        const unit = body.unit ?? unitOf(body.registry_type);
        if (!isMultiple(body.tonnage_co2e, unit)) {
          throw invalid(`tonnage_co2e is whole units of ${unit} t`, 'body.tonnage_co2e');
        }
        if (body.mrv_hash !== undefined && (await findOwnHash(trx, body.mrv_hash)) === undefined) {
          // The same for another's hash and for one that nobody holds.
          throw conflict('mrv_hash is one of your own');
        }
        const serial = body.serial && {
          ...body.serial,
          namespace: canonicalNamespace(body.registry_type, body.serial.namespace),
        };
        const consent = await insertConsent(trx, { ...body, unit, serial });
        const { consent_id, registry_type, consent_ref, mrv_hash, tonnage_co2e } = consent;
        const payload = { consent_id, registry_type, consent_ref, mrv_hash, tonnage_co2e };
        await tellEvent(trx, { event_type: 'registry.consent_noted.v1', aggregate_id: consent_id, payload });
        await tellTopic(trx, TOPICS.consents());
        return consent;
      }),
  }),
  listConsents: defineRoute({
    method: 'GET',
    path: '/api/v1/consents',
    tag: TAG,
    summary: 'Consents, the newest first; a registry sees its own',
    callers: READERS,
    query: consentsQuery,
    answer: consentList,
    handle: async ({ query, transact }) => {
      const { registry, mrv_hash } = query;
      const filters = { registry, mrv_hash };
      const found = await transact((trx) => listConsents(trx, { filters, page: askedPage(query) }));
      return { consents: found.rows, pagination: pagesOf(query, found), ...shownFilters(filters) };
    },
  }),
  getConsent: defineRoute({
    method: 'GET',
    path: '/api/v1/consents/{consent_id}',
    tag: TAG,
    summary: 'One consent, with what was minted under it so far',
    callers: READERS,
    params: consentParams,
    answer: consentSchema,
    handle: async ({ params: { consent_id }, transact }) =>
      present(await transact((trx) => findConsent(trx, consent_id)), { what: WHAT, id: consent_id }),
  }),
  addConsentDocument: defineRoute({
    method: 'PUT',
    path: '/api/v1/consents/{consent_id}/document',
    tag: TAG,
    summary: 'Store the document of a consent; its bytes must hash to document_sha256',
    callers: { tenant: 'consents:write' },
    params: consentParams,
    upload: { content_types: DOCUMENT_TYPES, max_bytes: MAX_DOCUMENT_BYTES },
    answer: consentDocumentSchema,
    handle: async ({ caller: { tenant_id }, params: { consent_id }, upload, header, transact, services }) => {
      const found = await transact((trx) => findConsent(trx, consent_id));
      const consent = present(found, { what: WHAT, id: consent_id });
      const mime_type = readFileType(header('content-type'));
      if (upload === undefined || mime_type === undefined) throw invalid('the body is bytes of a known type');
      return withStaged(services.files, upload, async (staged) => {
        const { sha256, size } = staged;
        if (sha256 !== consent.document_sha256) {
          throw invalid(`the bytes hash to ${consent.document_sha256}; they hash to ${sha256}`, 'body');
        }
        if (!beginsAs(mime_type, staged.first_bytes)) {
          throw invalid(`the bytes are ${mime_type}`, 'headers.content-type');
        }
        await services.files.store.keep(keyOf({ tenant_id, sha256 }), staged);
        return { consent, document: { sha256, size, mime_type } };
      });
    },
  }),
  readConsentDocument: defineRoute({
    method: 'GET',
    path: '/api/v1/consents/{consent_id}/document',
    tag: TAG,
    summary: 'The document of a consent',
    callers: READERS,
    params: consentParams,
    content: 'application/octet-stream',
    errors: ['CONFLICT'],
    handle: async ({ params: { consent_id }, transact, services }) => {
      const found = await transact((trx) => findConsent(trx, consent_id));
      const { tenant_id, document_sha256: sha256 } = present(found, { what: WHAT, id: consent_id });
      const bytes = await services.files.store.read(keyOf({ tenant_id, sha256 }));
      if (bytes === undefined) throw conflict('document of the consent is stored');
      const headers = {
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
        'x-content-sha256': sha256,
      };
      return { body: bytes, headers };
    },
  }),
};
