// Owns finding the imports of a source file; leaves judging them to import-rules.ts.

export interface Import {
  /** What stands in the quotes; undefined when it is computed at run time. */
  target: string | undefined;
  line: number;
  /** Written as `import type` or `export type`, so that nothing of it is left at run time. */
  is_type_only: boolean;
}

interface Token {
  kind: 'word' | 'mark' | 'text';
  value: string;
  line: number;
}

/** Reads words, marks and quoted texts only, so that an import inside a comment or a text is none. */
export function scanImports(source: string): Import[] {
  const tokens = readTokens(source);
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' || tokens[index - 1]?.value === '.') return [];
    if (token.value === 'import') return readImport(tokens, index);
    if (token.value === 'export') return readExport(tokens, index);
    return token.value === 'require' ? readCall(tokens, index) : [];
  });
}

function readImport(tokens: readonly Token[], index: number): Import[] {
  const next = tokens[index + 1];
  if (next?.value === '(') return readCall(tokens, index);
  if (next?.kind === 'text') return [{ target: next.value, line: next.line, is_type_only: false }];
  if (next?.value === '.') return []; // import.meta
  return readFrom(tokens, index);
}

// `export {...} from` and `export * from`; every other export declares something here.
function readExport(tokens: readonly Token[], index: number): Import[] {
  const next = tokens[index + 1]?.value === 'type' ? tokens[index + 2] : tokens[index + 1];
  return next?.value === '{' || next?.value === '*' ? readFrom(tokens, index) : [];
}

// The list of names holds words and these marks; anything else ends the search (`export { a };` has no from).
const LIST_MARKS: ReadonlySet<string> = new Set(['{', '}', ',', '*']);

function readFrom(tokens: readonly Token[], index: number): Import[] {
  const after = tokens[index + 2]?.value;
  const is_type_only = tokens[index + 1]?.value === 'type' && after !== 'from' && after !== ',';
  for (let place = index + 1; place < tokens.length; place += 1) {
    const token = tokens[place];
    if (token === undefined || (token.kind === 'mark' && !LIST_MARKS.has(token.value))) return [];
    if (token.kind === 'text' && tokens[place - 1]?.value === 'from') {
      return [{ target: token.value, line: token.line, is_type_only }];
    }
  }
  return [];
}

function readCall(tokens: readonly Token[], index: number): Import[] {
  const [open, argument, end] = tokens.slice(index + 1, index + 4);
  if (open?.value !== '(' || argument === undefined) return [];
  const is_plain = argument.kind === 'text' && (end?.value === ')' || end?.value === ',');
  return [{ target: is_plain ? argument.value : undefined, line: open.line, is_type_only: false }];
}

// One alternative each for: white space, comments, quoted texts, numbers and words, a pattern, a mark.
const PIECE =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|[\w$#]+|\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*|[\s\S]/y;
const TEMPLATE_PIECE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

// After one of these words a slash begins a pattern; after any other word it divides.
const BEFORE_PATTERN: ReadonlySet<string> = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'void',
  'await',
  'yield',
]);

function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  // One entry for each open template: how many braces of code are open inside its present ${ }.
  const templates: number[] = [];
  let place = 0;
  let line = 1;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = place;
    const piece = pattern.exec(source)?.[0] ?? source.slice(place);
    place += piece.length;
    return piece;
  };
  while (place < source.length) {
    const open = templates.at(-1);
    const closes = source[place] === '}' && open === 0;
    if (source[place] === '`' || closes) {
      if (closes) templates.pop();
      place += 1;
      const piece = take(TEMPLATE_PIECE);
      if (piece.endsWith('${')) templates.push(0);
      else tokens.push({ kind: 'mark', value: '`', line });
      line += countLines(piece);
      continue;
    }
    let piece = take(PIECE);
    if (piece.length > 1 && /^\/[^/*]/.test(piece) && !mayBeginPattern(tokens.at(-1))) {
      place -= piece.length - 1;
      piece = '/';
    }
    if (open !== undefined && piece === '{') templates[templates.length - 1] = open + 1;
    if (open !== undefined && piece === '}') templates[templates.length - 1] = open - 1;
    const token = toToken(piece, line);
    if (token !== undefined) tokens.push(token);
    line += countLines(piece);
  }
  return tokens;
}

function toToken(piece: string, line: number): Token | undefined {
  if (/^\s|^\/[/*]/.test(piece)) return undefined;
  if (/^['"]/.test(piece) && piece.length > 1) return { kind: 'text', value: piece.slice(1, -1), line };
  if (/^[\w$#]/.test(piece)) return { kind: 'word', value: piece, line };
  return { kind: 'mark', value: piece, line };
}

function mayBeginPattern(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return BEFORE_PATTERN.has(before.value);
  return before.kind === 'mark' && !/^[)\]}`]/.test(before.value);
}

function countLines(piece: string): number {
  return piece.split('\n').length - 1;
}
