// Owns the certificate as a PDF: its page, its fonts, its QR code, the proof attached to it; leaves its words to certificate-lines.ts.

import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { encodeQR } from 'qr';
import { nameOf, type Section, STATE_WORDS, sectionsOf } from './certificate-lines.ts';
import { splitByFont, type Weight } from './choose-fonts.ts';
import type { Certificate } from './facts.ts';

const MARGIN = 50;
const TOP = 40;
const QR_SIDE = 96;
const LABEL_WIDTH = 150;
const BOTTOM = 30;
const COLOURS = {
  text: '#1b2420',
  quiet: '#5b6660',
  line: '#cfd6d2',
  burnt_registry_pending: '#8a5a00',
  confirmed: '#0b6b3a',
  refused: '#a1261b',
} as const;

export type Printing = {
  /** Of the certificate's page. */
  url: string;
  proof: { text: string; at: string } | undefined;
};

/** The same facts give the same bytes: its dates are those of the retirement and of the proof. */
export async function printCertificate(one: Certificate, { url, proof }: Printing): Promise<Buffer> {
  const retired_at = new Date(one.retired_at);
  const document = new PDFDocument({
    size: 'A4',
    margins: { top: TOP, bottom: BOTTOM, left: MARGIN, right: MARGIN },
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: {
      Title: `Retirement of ${one.tonnage_co2e} t CO2e, ${one.token_id}`,
      Subject: STATE_WORDS[one.state].title,
      CreationDate: retired_at,
      ModDate: retired_at,
    },
  });
  const whole = buffer(document);
  const page = new Page(document);
  page.head(one, url);
  for (const section of sectionsOf(one)) page.section(section);
  page.foot(url, proof !== undefined);
  if (proof !== undefined) {
    document.file(Buffer.from(proof.text), {
      name: `${one.token_id}.proof.json`,
      type: 'application/json',
      description: 'dmrv-retirement-proof/1',
      creationDate: new Date(proof.at),
      modifiedDate: new Date(proof.at),
      relationship: 'Data',
    } as Parameters<typeof document.file>[1]);
  }
  document.end();
  return await whole;
}

class Page {
  readonly document: PDFKit.PDFDocument;
  readonly width: number;

  constructor(document: PDFKit.PDFDocument) {
    this.document = document;
    this.width = document.page.width - 2 * MARGIN;
  }

  head(one: Certificate, url: string): void {
    const { document } = this;
    const width = this.width - QR_SIDE - 20;
    this.qr(url, { x: MARGIN + this.width - QR_SIDE, y: TOP });
    this.write('Certificate of retirement', { x: MARGIN, y: TOP, width, size: 11, colour: COLOURS.quiet });
    this.write(`${one.tonnage_co2e} t CO2e`, { x: MARGIN, y: document.y + 2, width, size: 26, weight: 700 });
    this.write(`retired for ${nameOf(one)}`, { x: MARGIN, y: document.y + 2, width, size: 13 });
    const { title, text } = STATE_WORDS[one.state];
    const top = Math.max(document.y + 10, TOP + QR_SIDE + 10);
    document.rect(MARGIN, top, 4, 34).fill(COLOURS[one.state]);
    this.write(title, {
      x: MARGIN + 12,
      y: top,
      width: this.width - 12,
      size: 13,
      weight: 700,
      colour: COLOURS[one.state],
    });
    this.write(text, {
      x: MARGIN + 12,
      y: document.y + 1,
      width: this.width - 12,
      size: 9,
      colour: COLOURS.quiet,
    });
    document.y += 6;
  }

  section({ title, lines }: Section): void {
    const { document } = this;
    this.room(40);
    document.y += 8;
    document
      .moveTo(MARGIN, document.y)
      .lineTo(MARGIN + this.width, document.y)
      .lineWidth(0.5)
      .stroke(COLOURS.line);
    this.write(title, { x: MARGIN, y: document.y + 4, width: this.width, size: 10, weight: 700 });
    document.y += 2;
    for (const { label, value } of lines) {
      this.room(14);
      const top = document.y;
      this.write(label, { x: MARGIN, y: top, width: LABEL_WIDTH, size: 8, colour: COLOURS.quiet });
      const below = document.y;
      const width = this.width - LABEL_WIDTH - 8;
      this.write(value, { x: MARGIN + LABEL_WIDTH + 8, y: top, width, size: 8 });
      document.y = Math.max(below, document.y) + 1.5;
    }
  }

  foot(url: string, has_proof: boolean): void {
    this.room(30);
    this.document.y += 8;
    const check = has_proof ? ': check the attached proof against a block hash that you got elsewhere' : '';
    const words = `This certificate says what ${url} said when it was made. The chain decides${check}.`;
    this.write(words, { x: MARGIN, y: this.document.y, width: this.width, size: 7.5, colour: COLOURS.quiet });
  }

  private room(height: number): void {
    const { document } = this;
    if (document.y + height <= document.page.height - BOTTOM) return;
    document.addPage();
    document.y = TOP;
  }

  private write(
    text: string,
    about: { x: number; y: number; width: number; size: number; weight?: Weight; colour?: string },
  ): void {
    const { x, y, width, size, weight = 400, colour = COLOURS.text } = about;
    const { document } = this;
    document.fontSize(size).fillColor(colour);
    const runs = splitByFont(text, weight);
    for (const [index, run] of runs.entries()) {
      const continued = index < runs.length - 1;
      // A character that no font here has stands as its number, so that nobody takes the name for another.
      const { file, text: shown } =
        run.file === undefined
          ? { file: splitByFont('U', weight)[0]?.file, text: numbersOf(run.text) }
          : { file: run.file, text: run.text };
      if (file === undefined) throw new Error('The fonts of the certificate are not there.');
      document.font(file);
      if (index === 0) document.text(shown, x, y, { width, continued });
      else document.text(shown, { width, continued });
    }
  }

  private qr(text: string, { x, y }: { x: number; y: number }): void {
    const { document } = this;
    const rows = encodeQR(text, 'raw', { border: 2 });
    const side = QR_SIDE / rows.length;
    for (const [row, cells] of rows.entries()) {
      for (const [column, is_dark] of cells.entries()) {
        if (is_dark) document.rect(x + column * side, y + row * side, side, side);
      }
    }
    document.fill('#000000');
  }
}

function numbersOf(text: string): string {
  return [...text].map((letter) => `[U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`).join('');
}
