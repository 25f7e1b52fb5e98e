// Owns finding a port nobody listens on; leaves the race until it is bound to its callers.

import { once } from 'node:events';
import { createServer } from 'node:net';

export async function findFreePort(host: string): Promise<number> {
  const server = createServer();
  server.listen({ host, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`No port is free on ${host}.`);
  return address.port;
}
