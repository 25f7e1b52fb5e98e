// Owns binding the application to an address; leaves its routes to app.ts.

import type { FastifyInstance } from 'fastify';
import { DmrvError } from '../core/errors/index.ts';

const PORT_ATTEMPTS = 20;
const MAX_PORT = 65_535;

export type ListenOptions = {
  host: string;
  port: number;
  // A port that somebody chose is not changed behind his back; the default one gives way.
  port_is_fixed: boolean;
};

// Returns the address it listens on, as a URL.
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<string> {
  const { host, port, port_is_fixed } = options;
  const last = port_is_fixed ? port : Math.min(port + PORT_ATTEMPTS - 1, MAX_PORT);
  for (let candidate = port; ; candidate++) {
    try {
      await app.listen({ host, port: candidate });
      return urlOf({ host, port: candidate });
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (candidate === last) {
        const shown = last === port ? `${port}` : `${port} to ${last}`;
        throw new DmrvError('PORT_IN_USE', { facts: { port: shown, host }, cause: error });
      }
    }
  }
}

function urlOf({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
