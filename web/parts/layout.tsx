// Owns what stands around every page: the menu, and where one is; leaves the content to the pages.

import type { ComponentChildren } from 'preact';
import { PAGE_PATHS, type PageName } from '../paths.ts';

export function Layout({ here, children }: { here?: PageName; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#content">
        To the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <span class="leaf" aria-hidden="true" />
          dmrv-near
        </a>
        <nav aria-label="Pages">
          {PAGE_PATHS.filter(({ menu }) => menu !== undefined).map(({ name, path, menu }) => (
            <a key={name} href={path} {...(name === here ? { 'aria-current': 'page' as const } : {})}>
              {menu}
            </a>
          ))}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="foot">
        Carbon credits on NEAR that anyone can check. <a href="/docs">The API</a>
      </footer>
    </>
  );
}
