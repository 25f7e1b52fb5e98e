// Owns reading a PDF's words and the files in it, as another program does; leaves judging them to specs.

import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export type ReadPdf = { pages: number; text: string; files: { name: string; text: string }[] };

export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  let text = '';
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    text += items.map((item) => ('str' in item ? item.str : '')).join(' ');
  }
  const attachments = (await document.getAttachments()) as Map<string, { filename: string }> | null;
  const names = [...(attachments?.keys() ?? [])];
  const files = await Promise.all(
    names.map(async (name) => {
      const content = await document.getAttachmentContent(name);
      return { name, text: Buffer.from(content ?? []).toString('utf8') };
    }),
  );
  return { pages: document.numPages, text, files };
}
