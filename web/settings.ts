// Owns what a page is told of the deployment it came from; leaves telling it to the server.

export type DevelopmentAccount = { account_id: string; secret_key: string };

export type PageSettings = {
  network: string;
  contract_id: string;
  /** As browsers reach them. */
  rpc_urls: string[];
  /** Of the local chain alone, whose keys everybody knows: with them the pages sign by themselves. */
  development_accounts?: DevelopmentAccount[];
  /** Of its demo world: keys of the API, for whoever looks around. */
  development_keys?: { operator: string; verra: string; isometric: string };
};

export const SETTINGS_PATH = '/pages/settings.json';

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
