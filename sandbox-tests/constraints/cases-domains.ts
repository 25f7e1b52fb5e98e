// Owns what each kind of value takes and refuses; leaves trying it in every column to domains.spec.ts.

const HASH = 'a1'.repeat(32);
const RECEIPT = 'R'.repeat(44);
const POSITION = '000000000000-0000000000-000000-000-00000';

/** Their values are read from the catalogue. */
export const LISTED_DOMAINS: readonly string[] = ['registry.registry_type', 'verification.category_key'];

/** By domain: the rule, and values of its form. */
export const DOMAIN_CASES: Readonly<
  Record<string, { constraint: string; accepted: string[]; refused: string[] }>
> = {
  'app.amount': {
    constraint: 'amount_is_a_number',
    accepted: ['0.00000000', '-1.00000000', '0.00000001', '999999999999.99999999'],
    refused: ['NaN'],
  },
  'app.country_code': {
    constraint: 'country_code_form',
    accepted: ['CH', 'AA', 'ZZ'],
    refused: ['', 'C', 'CHE', 'ch', 'C1', ' CH', 'CH\n', 'ÇH'],
  },
  'app.sha256_hex': {
    constraint: 'sha256_hex_form',
    accepted: [HASH, '0'.repeat(64), 'f'.repeat(64)],
    refused: [
      '',
      HASH.slice(1),
      `${HASH}a`,
      HASH.toUpperCase(),
      `g${HASH.slice(1)}`,
      `sha256:${HASH}`,
      `${HASH}\n`,
    ],
  },
  'app.near_account_id': {
    constraint: 'near_account_id_form',
    accepted: ['aa', '0a', 'a-b_c.d.near', '100-year', 'a'.repeat(64), HASH, `0x${'a'.repeat(40)}`],
    refused: [
      '',
      'a',
      'A.near',
      'a..near',
      '.near',
      'near.',
      '-a',
      'a-',
      'a__b',
      'a-_b',
      'a b',
      'a@b',
      'ä.near',
      'aa\n',
      'a'.repeat(65),
    ],
  },
  'app.near_hash': {
    constraint: 'near_hash_form',
    accepted: ['1'.repeat(32), 'z'.repeat(44)],
    refused: [
      '',
      '1'.repeat(31),
      'z'.repeat(45),
      ...['0', 'O', 'I', 'l', '+', '\n'].map((c) => `${'1'.repeat(33)}${c}`),
    ],
  },
  'app.event_identity': {
    constraint: 'event_identity_form',
    accepted: [`${RECEIPT}:0:0`, `${RECEIPT}:999:99999`, `${'1'.repeat(32)}:7:12`],
    refused: [
      '',
      RECEIPT,
      `${RECEIPT}:0`,
      `${RECEIPT}:0:0:0`,
      `${RECEIPT}:1000:0`,
      `${RECEIPT}:0:100000`,
      `${RECEIPT}:-1:0`,
      `${RECEIPT}::0`,
      `${'1'.repeat(31)}:0:0`,
      `${'0'.repeat(44)}:0:0`,
      `${RECEIPT}:0:0\n`,
    ],
  },
  'app.event_position': {
    constraint: 'event_position_form',
    accepted: [POSITION, POSITION.replaceAll('0', '9')],
    refused: [
      '',
      '0',
      POSITION.slice(1),
      `0${POSITION}`,
      POSITION.replace('-', '_'),
      `${POSITION}\n`,
      `${POSITION}-0`,
    ],
  },
};
