// Owns a real browser for specs: finding one, opening pages in it, and judging them for people who cannot see; leaves what they show
// to the specs.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import { type Browser, chromium, type Page } from 'playwright-core';

/** As Debian's packages name them. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'];
export type Viewport = { width: number; height: number };
export const DESK: Viewport = { width: 1280, height: 900 };
export const PHONE: Viewport = { width: 390, height: 844 };
const LONGEST_MS = 20_000;

/** DMRV_TEST_BROWSER, which is none where it is empty, or the first that is there. */
export function findBrowser(): string | undefined {
  const given = process.env['DMRV_TEST_BROWSER'];
  if (given === '') return undefined;
  return given ?? PLACES.find((path) => existsSync(path));
}

/**
 * Where it is true, tests that need a browser are skipped, and the run's last line counts them so. In CI they fail instead: nobody
 * there would see that the pages were not looked at.
 */
export const IS_WITHOUT_BROWSER = findBrowser() === undefined && process.env['CI'] === undefined;

export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chromium: install the Debian package chromium-headless-shell, or set DMRV_TEST_BROWSER.',
    );
  }
  // Root, which tests may run as, has no sandbox there; the pages are ours.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export type Watched = { page: Page; troubles: string[] };

/** What the page's console calls an error, or what it throws, is a trouble that the spec must not have. */
export async function openPage(
  t: ExecutionContext,
  about: { browser: Browser; base_url: string; viewport?: Viewport; by_night?: true },
): Promise<Watched> {
  const { browser, base_url, viewport = DESK, by_night } = about;
  const colorScheme = by_night === true ? 'dark' : 'light';
  const context = await browser.newContext({ baseURL: base_url, viewport, colorScheme });
  context.setDefaultTimeout(LONGEST_MS);
  t.teardown(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`threw: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error') troubles.push(`console: ${line.text()}`);
  });
  return { page, troubles };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = { id: string; help: string; nodes: { target: unknown; failureSummary?: string }[] };

/** The rules of WCAG 2.2 A and AA that a program can judge; each breach in words. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations: Violation[] = await page.evaluate(async () => {
    const axe = Reflect.get(globalThis, 'axe') as {
      run: (root: unknown, options: object) => Promise<{ violations: Violation[] }>;
    };
    const run_only = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run(Reflect.get(globalThis, 'document'), { runOnly: run_only });
    return found.violations;
  });
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} at ${nodes.map(({ target }) => String(target)).join(', ')}`,
  );
}

/** Nothing may be cut off or be reached only by scrolling sideways. */
export async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { documentElement } = Reflect.get(globalThis, 'document') as {
      documentElement: { scrollWidth: number; clientWidth: number };
    };
    return documentElement.scrollWidth - documentElement.clientWidth;
  });
}
