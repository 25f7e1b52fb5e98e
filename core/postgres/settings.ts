// Owns what the embedded server is told at its start; leaves where its data lies to cluster-folder.ts.

export type ServerSettings = Readonly<Record<string, string>>;

export function chooseSettings({ durable, port }: { durable: boolean; port: number }): ServerSettings {
  return { ...ALWAYS, ...(durable ? {} : WITHOUT_DURABILITY), port: String(port) };
}

export function settingArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const ALWAYS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  // A socket's path is limited to 107 bytes, which a deep checkout exceeds.
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The launcher reads the server's messages.
  lc_messages: 'C',
  log_checkpoints: 'off',
  cluster_name: 'dmrv-near',
};

// For data that dies with the server: nothing waits for a disk.
const WITHOUT_DURABILITY: ServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  // Many test files at once, each with a pool per login.
  max_connections: '300',
};
