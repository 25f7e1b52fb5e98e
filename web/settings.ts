// Owns what a page is told of the deployment it came from; leaves telling it to the server.

import type { PageSettings } from '../api/schemas/page-settings.ts';

const SETTINGS_PATH = '/pages/settings.json';

let asked: Promise<PageSettings> | undefined;

export function getSettings(): Promise<PageSettings> {
  asked ??= askSettings();
  return asked;
}

async function askSettings(): Promise<PageSettings> {
  const response = await fetch(SETTINGS_PATH);
  if (!response.ok) throw new Error(`The server does not tell its settings (${response.status}).`);
  return (await response.json()) as PageSettings;
}
