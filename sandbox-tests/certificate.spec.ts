// Shows that a certificate says what the chain and the registry say, in one of three states, and that its PDF holds the proof.

import test from 'ava';
import { encodeQR } from 'qr';
import decodeQR from 'qr/decode.js';
import { nameOf, STATE_WORDS, sectionsOf } from '../api/certificates/certificate-lines.ts';
import { splitByFont } from '../api/certificates/choose-fonts.ts';
import { type Certificate, makeCertificate, showViewed } from '../api/certificates/facts.ts';
import { printCertificate } from '../api/certificates/print-certificate.ts';
import { verifyProofText } from '../core/proofs/verify-retirement.ts';
import { type ProofFile, pinOf, readProof } from './support/proof-fixtures.ts';
import { readPdf } from './support/read-pdf.ts';

const URL = 'https://dmrv.example/retirements/';
const KEPT: Certificate['proof'] = {
  state: 'kept',
  note: null,
  bundle_sha256: 'cd'.repeat(32),
  revision: 1,
  head_block_hash: '9mE3',
  head_block_height: '70',
};

type Statement = Parameters<typeof showViewed>[0]['statements'][number];
type Article6 = Parameters<typeof makeCertificate>[1]['article6'];

function certificateOf(
  name: ProofFile,
  about: { statements?: Statement[]; article6?: Article6; proof?: Certificate['proof'] } = {},
): Certificate {
  const { statements = [], article6, proof = KEPT } = about;
  const { retirement, canonical_payload, contract_id } = readProof(name);
  const shown = showViewed({ ...retirement, statements } as Parameters<typeof showViewed>[0], contract_id);
  const payload = canonical_payload ?? undefined;
  return makeCertificate(shown, { network: 'localnet', source: 'index', payload, article6, proof });
}

const SAID = { attested_by: 'registry_agent', at_ns: '1780315255800000000' } as const;
const CONFIRMED: Statement = {
  ...SAID,
  kind: 'confirmed',
  registry_retirement_id: 'R-1',
  registry_retired_on: '2026-06-01',
  evidence_sha256: 'ab'.repeat(32),
};
const REFUSED: Statement = { ...SAID, kind: 'refused', reason: 'The units are on hold' };

function print(one: Certificate, name: ProofFile) {
  const proof = { text: JSON.stringify(readProof(name)), at: one.retired_at };
  return printCertificate(one, { url: URL + one.token_id, proof });
}

test('the proof that is attached to a PDF is the file itself, and verifies', async (t) => {
  const one = certificateOf('whole.json', { statements: [CONFIRMED], article6: [] });
  const { pages, text, files } = await readPdf(await print(one, 'whole.json'));
  t.is(pages, 1);
  t.is(files.length, 1);
  const [attached] = files;
  t.is(attached?.name, `${one.token_id}.proof.json`);
  t.deepEqual(JSON.parse(attached?.text ?? ''), readProof('whole.json'));
  t.true(verifyProofText(attached?.text ?? '', { trusted_head: pinOf(readProof('whole.json')) }).is_trusted);
  for (const word of [
    '江苏亨通',
    'Zoë AG',
    one.token_id,
    'VM0042, version 2.1',
    'R-1',
    STATE_WORDS.confirmed.title,
  ]) {
    // Each font's run stands by itself, so that names are cut where fonts change.
    t.true(withoutSpaces(text).includes(withoutSpaces(word)), word);
  }
});

test('the same facts give the same bytes', async (t) => {
  const one = certificateOf('whole.json', { statements: [CONFIRMED] });
  t.deepEqual(await print(one, 'whole.json'), await print(one, 'whole.json'));
});

test('each state has words of its own, and says who attests it', (t) => {
  t.is(certificateOf('merged.json').state, 'burnt_registry_pending');
  const refused = certificateOf('part-refused.json', { statements: [REFUSED] });
  t.like(refused, {
    state: 'refused',
    refusal_reason: 'The units are on hold',
    registry_retirement_id: null,
  });
  t.true(wordsOf(refused).includes('an agent, on the registry’s document'));
  const after = certificateOf('part-refused.json', { statements: [REFUSED, CONFIRMED] });
  t.like(after, { state: 'confirmed', refusal_reason: null, amendment: 0 });
  t.is(new Set(Object.values(STATE_WORDS).map(({ title }) => title)).size, 3);
});

test('a commitment is shown as one until the name is revealed', (t) => {
  const hidden = certificateOf('hidden.json');
  t.is(nameOf(hidden), 'A person whose name is not revealed');
  t.true(wordsOf(hidden).includes(hidden.beneficiary_commitment ?? 'no commitment'));
  t.is(nameOf({ ...hidden, beneficiary: 'Zoë Müller' }), 'Zoë Müller');
});

test('two retirements of one transaction are two certificates', (t) => {
  const [first, second] = [certificateOf('batch-first.json'), certificateOf('batch-second.json')];
  t.is(first.tonnage_co2e, '10');
  t.is(second.tonnage_co2e, '100');
  t.not(first.token_id, second.token_id);
  t.not(first.serial?.start, second.serial?.start);
});

test('Article 6 is that of the day of the retirement, and not known is said to be so', (t) => {
  const row = {
    host_country: 'CH',
    authorised_use: 'international_mitigation',
    tonnage_co2e: null,
    effective_on: '2026-01-01',
    reference: 'LoA-7',
    document_sha256: 'ab'.repeat(32),
  } as const;
  const [authorised, adjusted, revoked] = (
    ['authorisation', 'corresponding_adjustment', 'revocation'] as const
  ).map((kind) => ({ ...row, kind }));
  if (!authorised || !adjusted || !revoked) return t.fail();
  const judged = (article6: Article6) => certificateOf('whole.json', { article6 }).article6;
  t.like(judged(undefined), { is_known: false, is_authorised: false, is_adjusted: false });
  t.like(judged([]), { is_known: true, is_authorised: false, on: '2026-06-01' });
  t.like(judged([authorised]), { is_authorised: true, is_adjusted: false });
  t.like(judged([authorised, adjusted]), { is_authorised: true, is_adjusted: true });
  t.like(judged([authorised, adjusted, revoked]), { is_authorised: false, is_adjusted: false });
  t.true(wordsOf(certificateOf('whole.json', { article6: [authorised] })).includes('LoA-7'));
});

test('a certificate without a proof says why, and attaches nothing', async (t) => {
  const proof = { ...KEPT, state: 'impossible' as const, note: 'receipt X was forgotten' };
  const one = certificateOf('merged.json', { proof });
  const { text, files } = await readPdf(await printCertificate(one, { url: URL, proof: undefined }));
  t.deepEqual(files, []);
  t.true(text.includes('cannot be made: receipt X was forgotten'));
});

test('each character stands in a font that has it, and one that no font has as its number', async (t) => {
  const runs = splitByFont('Zoë 江苏', 400);
  t.is(runs.map(({ text }) => text).join(''), 'Zoë 江苏');
  t.regex(runs[0]?.file ?? '', /noto-sans-latin-400/);
  t.regex(runs.at(-1)?.file ?? '', /noto-sans-sc-/);
  const one = { ...certificateOf('merged.json'), beneficiary: 'Firma \u{10330}' };
  const { text } = await readPdf(await printCertificate(one, { url: URL, proof: undefined }));
  t.true(text.includes('[U+10330]'));
});

test('the code leads to the certificate’s page', (t) => {
  const url = URL + 'ab'.repeat(32);
  const rows = encodeQR(url, 'raw', { border: 4, scale: 4 });
  const side = rows.length;
  const data = Uint8Array.from(rows.flat().flatMap((dark) => (dark ? [0, 0, 0, 255] : [255, 255, 255, 255])));
  t.is(decodeQR({ width: side, height: side, data }), url);
});

function wordsOf(one: Certificate): string[] {
  return sectionsOf(one)
    .flatMap(({ lines }) => lines.flatMap(({ value }) => value.split(', ')))
    .concat(sectionsOf(one).flatMap(({ lines }) => lines.map(({ value }) => value)));
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, '');
}
