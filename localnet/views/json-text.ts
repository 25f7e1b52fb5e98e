// Owns writing JSON as nodes do, whole numbers of any size as digits; leaves what the values mean to the views.
export interface JsonTextOptions {
  /** Keys of every object in the order of the alphabet, as Lake objects have them. */
  sorted?: boolean;
}

/** Members that are undefined are left out. A bigint becomes a number with all its digits. */
export function jsonText(value: unknown, options: JsonTextOptions = {}): string {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`${value} has no spelling in JSON`);
      return JSON.stringify(value);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : structureText(value, options);
    default:
      throw new Error(`a ${typeof value} has no spelling in JSON`);
  }
}

function structureText(value: object, options: JsonTextOptions): string {
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, options)).join(',')}]`;
  if (ArrayBuffer.isView(value)) throw new Error('bytes have no spelling in JSON; encode them first');
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (options.sorted === true) entries.sort(([left], [right]) => (left < right ? -1 : 1));
  const members = entries.map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member, options)}`);
  return `{${members.join(',')}}`;
}
