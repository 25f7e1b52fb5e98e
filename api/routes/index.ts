// Owns the list of all routes; leaves each to the file of its resource.

import type { Routes } from '../route.ts';
import { meRoutes } from './me.ts';

/** A new resource is added here; OpenAPI, the client and the contract spec take it from here. */
export const API_ROUTES = { ...meRoutes } as const satisfies Routes;
