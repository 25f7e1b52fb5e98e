// Owns the pages' way to the API, with the types of its routes; leaves the routes to api/.

import { type Client, createClient } from '../api/client/client.ts';
import type { API_ROUTES } from '../api/routes/index.ts';

type ApiRoutes = typeof API_ROUTES;
export type ApiClient = Client<ApiRoutes>;

/** Method and path of each route, put in where the pages are bundled: the routes themselves are the server's. */
declare const OPERATIONS: ApiRoutes;

export function clientFor(token?: string): ApiClient {
  return createClient({ routes: OPERATIONS, base_url: location.origin, token });
}
