// Owns the paths of the pages and what is said of each in menus and titles; leaves what they show to pages/.

export type PageName =
  | 'home'
  | 'credit'
  | 'certificate'
  | 'verify'
  | 'trust'
  | 'portfolio'
  | 'registry'
  | 'operations';

export type PagePath = { name: PageName; path: string; title: string; menu?: string };

/** A part of a path that begins with a colon is a name; the server and the pages read them alike. */
export const PAGE_PATHS: readonly PagePath[] = [
  { name: 'home', path: '/', title: 'Retirements, supply and backing', menu: 'Overview' },
  { name: 'portfolio', path: '/portfolio', title: 'My credits', menu: 'My credits' },
  { name: 'registry', path: '/registry', title: 'Retirements to confirm', menu: 'Registry' },
  { name: 'operations', path: '/operations', title: 'Findings', menu: 'Operations' },
  { name: 'verify', path: '/verify', title: 'Check a proof', menu: 'Verify' },
  { name: 'trust', path: '/trust', title: 'What the contract is', menu: 'Trust' },
  { name: 'credit', path: '/credits/:token_id', title: 'A credit' },
  { name: 'certificate', path: '/certificates/:token_id', title: 'Certificate of retirement' },
];

export type FoundPage = { page: PagePath; params: Readonly<Record<string, string>> };

export function findPage(pathname: string): FoundPage | undefined {
  const asked = partsOf(pathname);
  for (const page of PAGE_PATHS) {
    const params = match(partsOf(page.path), asked);
    if (params !== undefined) return { page, params };
  }
  return undefined;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function match(wanted: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  if (wanted.length !== asked.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    const given = asked[place] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = given;
    else if (part !== given) return undefined;
  }
  return params;
}
