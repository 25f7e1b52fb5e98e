// Owns the schemas that several resources share: ids, hashes, tonnes, times, lists; leaves each resource to its own file.

import { z } from 'zod';

export const MAX_PAGE_SIZE = 200;
export const DEFAULT_PAGE_SIZE = 50;
/** Deeper than this a list is read by its cursor, whose cost does not grow. */
export const MAX_PAGE = 1_000;
export const MAX_BATCH = 100;
const MAX_CURSOR = 512;
const MAX_FILTER_VALUES = 20;
const MAX_NAME = 255;

export const id = z.guid();

export const name = z.string().trim().min(1).max(MAX_NAME).refine(hasNoControls, 'control characters');

/** A text of several lines, such as a reason or a finding. */
export function text(max: number) {
  return z.string().trim().min(1).max(max).refine(hasNoNul, 'the character U+0000');
}

/** 64 lower-case hex characters. The document's form with `sha256:` before them is accepted and stored bare. */
export const sha256 = z
  .string()
  .regex(/^(sha256:)?[0-9a-f]{64}$/)
  .overwrite((value) => value.replace('sha256:', ''))
  .meta({ id: 'Sha256', description: 'SHA-256 in 64 lower-case hex characters' });

/** Tonnes have one spelling: no sign, exponent or needless zero; up to 12 digits before and 8 after the point. */
export const tonnes = z
  .string()
  .regex(/^(0|[1-9]\d{0,11})(\.\d{0,7}[1-9])?$/)
  .meta({ id: 'Tonnes', description: 'Tonnes of CO2 equivalent as an exact decimal in a string' });

export const positiveTonnes = tonnes.refine((value) => value !== '0', 'must be above 0');

/** Differences and losses may be below zero. */
export const signedTonnes = z
  .string()
  .regex(/^(0|-?(?!0$)(0|[1-9]\d{0,11})(\.\d{0,7}[1-9])?)$/)
  .meta({ id: 'SignedTonnes', description: 'Tonnes of CO2 equivalent, below zero where a minus stands' });

export const accountId = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[a-z0-9]+([-_.][a-z0-9]+)*$/)
  .meta({ id: 'AccountId', description: 'A NEAR account id' });

/** A block height and other numbers of 64 bits, which a JSON number cannot hold. */
export const u64 = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/)
  // Asked also of what the pattern has refused.
  .refine((value) => !/^\d+$/.test(value) || BigInt(value) < 2n ** 64n, 'must be below 2^64')
  .meta({ id: 'U64', description: 'A whole number below 2^64 in a string' });

export const timestamp = z.iso.datetime({ precision: null }).meta({
  id: 'Timestamp',
  description: 'A time in UTC with Z at its end, up to microseconds',
});

/** A day of the calendar that PostgreSQL knows too: the year 0 is none. */
export const day = z.iso.date().refine((value) => !value.startsWith('0000'), 'the year 0000');

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .meta({ id: 'Country', description: 'ISO 3166-1 alpha-2' });

export const REGISTRY_TYPES = [
  'verra',
  'puro',
  'isometric',
  'gold_standard',
  'eu_ets',
  'california_arb',
  'acr',
  'car',
  'art',
  'icr',
  'other',
] as const;

export const registryType = z.enum(REGISTRY_TYPES).meta({ id: 'RegistryType' });

/** The name of a registry of the type "other", and of no other type. */
export const registryName = z.string().regex(/^[a-z0-9_-]{1,64}$/);

/** A whole number in a query, where everything arrives as a text. */
export function whole(min: number, max: number) {
  return z.preprocess(readDigits, z.int().min(min).max(max));
}

const pageNumber = whole(1, MAX_PAGE).default(1);
const pageSize = whole(1, MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE);

/** What every list takes: a page, or the cursor that the page before gave. */
export const pageQuery = {
  page: pageNumber,
  page_size: pageSize,
  cursor: z
    .string()
    .regex(/^[\w-]+$/)
    .max(MAX_CURSOR)
    .optional(),
};

/** A filter that may be given several times, or once with commas: status=active,retired. */
export function anyOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  const one = z.enum(values);
  return z.preprocess(splitList, z.array(one).min(1).max(MAX_FILTER_VALUES)).optional();
}

const MIN_VINTAGE = 1990;
const MAX_VINTAGE = 2100;

/** Vintages as a filter, in the same spelling. */
export const vintages = z
  .preprocess(splitList, z.array(whole(MIN_VINTAGE, MAX_VINTAGE)).min(1).max(MAX_FILTER_VALUES))
  .optional();

export const pagination = z
  .object({
    page: z.int(),
    page_size: z.int(),
    total_count: z.int(),
    total_pages: z.int(),
    /** Absent on the last page. */
    next_cursor: z.string().optional(),
  })
  .meta({ id: 'Pagination' });

/** The document's shape of a list: `{ projects, pagination, filters }`. */
export function listOf<const Plural extends string, Item extends z.ZodType>(plural: Plural, item: Item) {
  return z.object({
    [plural]: z.array(item),
    pagination,
    filters: z.record(z.string(), z.unknown()).optional(),
  } as { [Key in Plural]: z.ZodArray<Item> } & {
    pagination: typeof pagination;
    filters: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
  });
}

/** The body of a batch read. Ids that the caller may not see are not among the answers. */
export const batchBody = z.strictObject({ ids: z.array(id).min(1).max(MAX_BATCH) });

function readDigits(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

function splitList(value: unknown): unknown {
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) ? value.flatMap((one: unknown) => splitList(one)) : value;
}

function hasNoNul(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function hasNoControls(value: string): boolean {
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}
