// Owns the list of all routes; leaves each to the file of its resource.

import type { Routes } from '../route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { holderSessionRoutes } from './holder-sessions.ts';
import { meRoutes } from './me.ts';
import { operatorReadRoutes } from './operator-reads.ts';
import { platformKeyRoutes } from './platform-keys.ts';
import { registryKeyRoutes } from './registry-keys.ts';
import { tenantRoutes } from './tenants.ts';

/** A new resource is added here; OpenAPI, the client and the contract spec take it from here. */
export const API_ROUTES = {
  ...meRoutes,
  ...holderSessionRoutes,
  ...apiKeyRoutes,
  ...platformKeyRoutes,
  ...registryKeyRoutes,
  ...tenantRoutes,
  ...operatorReadRoutes,
} as const satisfies Routes;
