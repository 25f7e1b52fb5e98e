// Owns putting JSON together by hand, which costs a fraction of JSON.stringify; leaves which fields there are to those who tell and show them.
import type { TokenRecord } from './token-record.ts';

/** Of an identifier, a hash, a day or a number as text, none of which needs escapes; nothing where it is absent. */
export function textField(name: string, text: string): string {
  return text === '' ? '' : `,"${name}":"${text}"`;
}

/** Of a text that asText let in; nothing where it is absent. */
export function quotedField(name: string, text: string): string {
  return text === '' ? '' : `,"${name}":${quote(text)}`;
}

/** asText refuses control characters and broken Unicode, so that only quotes and backslashes need escapes. */
export function quote(text: string): string {
  return text.indexOf('"') < 0 && text.indexOf('\\') < 0 ? `"${text}"` : JSON.stringify(text);
}

export function serialField({ namespace, serial_start, serial_end }: TokenRecord): string {
  return namespace === ''
    ? ''
    : `,"serial":{"namespace":"${namespace}","start":"${serial_start}","end":"${serial_end}"}`;
}
