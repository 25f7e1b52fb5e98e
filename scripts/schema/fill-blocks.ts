// Owns the generated blocks of a document; leaves what stands in them to its callers.

/**
 * Puts each text between its marks, `<!-- generated:name -->` and `<!-- /generated:name -->`. A block that the
 * document lacks, or one that nobody fills, is an error: neither may go stale unnoticed.
 */
export function fillBlocks(options: {
  path: string;
  document: string;
  blocks: Readonly<Record<string, string>>;
}): string {
  const { path, document, blocks } = options;
  const waiting = new Set(Object.keys(blocks));
  const filled = document.replace(BLOCK, (_whole, name: string) => {
    const text = blocks[name];
    if (text === undefined)
      throw new Error(`${path} has a block generated:${name}, which nothing fills. Remove it.`);
    if (!waiting.delete(name)) throw new Error(`${path} has the block generated:${name} twice. Keep one.`);
    return `<!-- generated:${name} -->\n${text.trim()}\n<!-- /generated:${name} -->`;
  });
  if (waiting.size > 0) {
    const marks = [...waiting].map((name) => `<!-- generated:${name} --><!-- /generated:${name} -->`);
    throw new Error(`${path} lacks the marks ${marks.join(', ')}. Put them where the text is to stand.`);
  }
  return filled;
}

const BLOCK = /<!-- generated:([\w-]+) -->.*?<!-- \/generated:\1 -->/gs;
