// Owns a way to a port that can be shut and opened again, for specs of what happens then; leaves what is behind it to them.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type Gate = {
  port: number;
  /** Cuts all connections and takes no new ones. */
  shut(): Promise<void>;
  open(): Promise<void>;
};

const HOST = '127.0.0.1';

export async function openGate(
  t: { teardown(end: () => Promise<void>): void },
  target: number,
): Promise<Gate> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, HOST);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      // A cut is what the gate is for; whoever is behind it tells of it.
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  const open = async (port: number): Promise<void> => {
    server.listen(port, HOST);
    await once(server, 'listening');
  };
  await open(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gate has no port.');
  const { port } = address;
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  t.teardown(shut);
  return { port, shut, open: () => open(port) };
}
