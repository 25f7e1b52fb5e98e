// Owns which media types evidence may have, and whether bytes are what they are said to be; leaves sizes to the routes.

export const FILE_TYPES = [
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/tiff',
  'application/zip',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/csv',
  'application/json',
  'application/geo+json',
  'application/octet-stream',
] as const;
export type FileType = (typeof FILE_TYPES)[number];

const ZIP = ['504b0304', '504b0506'];
/** How the bytes of a type begin, in hex. The others have no mark by which they could be known. */
const BEGINNINGS: Readonly<Partial<Record<FileType, readonly string[]>>> = {
  'application/pdf': ['255044462d'],
  'image/png': ['89504e470d0a1a0a'],
  'image/jpeg': ['ffd8ff'],
  'image/tiff': ['49492a00', '4d4d002a', '49492b00', '4d4d002b'],
  'application/zip': ZIP,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ZIP,
};

/** The type without its parameters, where it is one of ours. */
export function readFileType(content_type: string | undefined): FileType | undefined {
  const [bare = ''] = (content_type ?? '').split(';', 1);
  return FILE_TYPES.find((type) => type === bare.trim().toLowerCase());
}

export function beginsAs(type: FileType, first_bytes: Uint8Array): boolean {
  const beginnings = BEGINNINGS[type];
  const hex = Buffer.from(first_bytes).toString('hex');
  return beginnings === undefined || beginnings.some((beginning) => hex.startsWith(beginning));
}
