// Owns what the server tells its pages of the deployment; leaves telling it to plugins/pages.ts and reading it to web/settings.ts.

export type DevelopmentAccount = { account_id: string; secret_key: string };

export type PageSettings = {
  network: string;
  contract_id: string;
  /** As browsers reach them. */
  rpc_urls: readonly string[];
  /** Of a local chain alone: keys that everybody knows, so that a page may sign with them. */
  development_accounts?: readonly DevelopmentAccount[];
  /** Of its demo world: keys of the API that the pages offer. */
  development_keys?: { operator: string; verra: string; isometric: string };
};
