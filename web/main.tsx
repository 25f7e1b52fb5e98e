// Owns which page is shown; leaves each to its file, which is loaded when it is asked for.

import { type ComponentType, render } from 'preact';
import { Layout } from './parts/layout.tsx';
import { Notice } from './parts/notice.tsx';
import { type FoundPage, findPage, type PageName } from './paths.ts';

export type PageProps = { params: Readonly<Record<string, string>> };
type Page = ComponentType<PageProps>;

const PAGES: Readonly<Record<PageName, () => Promise<{ default: Page }>>> = {
  home: () => import('./pages/home.tsx'),
  credit: () => import('./pages/credit.tsx'),
  certificate: () => import('./pages/certificate.tsx'),
  verify: () => import('./pages/verify.tsx'),
  trust: () => import('./pages/trust.tsx'),
  portfolio: () => import('./pages/portfolio.tsx'),
  registry: () => import('./pages/registry.tsx'),
  operations: () => import('./pages/operations.tsx'),
};

const root = document.getElementById('page');
if (root === null) throw new Error('The page has no place for its content.');
show(root, findPage(location.pathname)).catch((error: unknown) => {
  render(
    <Layout>
      <Notice kind="bad">The page could not be loaded: {String(error)}</Notice>
    </Layout>,
    root,
  );
});

async function show(place: HTMLElement, found: FoundPage | undefined): Promise<void> {
  if (found === undefined) {
    render(
      <Layout>
        <h1>There is no such page</h1>
        <p>
          <a href="/">To the overview</a>
        </p>
      </Layout>,
      place,
    );
    return;
  }
  const { page, params } = found;
  document.title = `${page.title} · dmrv-near`;
  const { default: Shown } = await PAGES[page.name]();
  render(
    <Layout here={page.name}>
      <Shown params={params} />
    </Layout>,
    place,
  );
}
