// Owns the XML in which S3 answers; leaves what is listed and refused to its callers.
export type XmlElement = [name: string, content: string | number | boolean | XmlElement[]];

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Errors stand in no namespace, results in S3's. */
export function xmlDocument([name, content]: XmlElement): string {
  const namespace = name === 'Error' ? '' : ` xmlns="${NAMESPACE}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${contentText(content)}</${name}>`;
}

function contentText(content: XmlElement[1]): string {
  if (!Array.isArray(content)) return escapeXml(String(content));
  return content.map(([name, inner]) => `<${name}>${contentText(inner)}</${name}>`).join('');
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeXml(text: string): string {
  // What XML 1.0 cannot hold at all becomes the sign for a character that is not to be shown.
  const shown = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
  return shown.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter).replaceAll('\r', '&#13;');
}
