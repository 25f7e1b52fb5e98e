// Owns the shapes of API keys of tenants, operators and registries; leaves their hashes and who may make them to the routes.

import { z } from 'zod';
import { scopeSchema } from './scopes.ts';
import { id, listOf, name, pageQuery, registryName, registryType, timestamp } from './shared.ts';

const permissions = z.array(scopeSchema).min(1).max(100);

const common = {
  name,
  key_prefix: z.string(),
  permissions: z.array(z.string()),
  last_used_at: timestamp.nullable(),
  expires_at: timestamp.nullable(),
  revoked_at: timestamp.nullable(),
  created_at: timestamp,
};

export const apiKeySchema = z.object({ api_key_id: id, tenant_id: id, ...common }).meta({ id: 'ApiKey' });
export const platformKeySchema = z.object({ platform_key_id: id, ...common }).meta({ id: 'PlatformKey' });
export const registryKeySchema = z
  .object({
    registry_key_id: id,
    registry_type: registryType,
    registry_name: registryName.nullable(),
    ...common,
  })
  .meta({ id: 'RegistryKey' });

const key = z.string().meta({ description: 'The key itself. It is shown this once and kept as a hash' });

export const madeApiKeySchema = z.object({ api_key: apiKeySchema, key }).meta({ id: 'MadeApiKey' });
export const madePlatformKeySchema = z
  .object({ platform_key: platformKeySchema, key })
  .meta({ id: 'MadePlatformKey' });
export const madeRegistryKeySchema = z
  .object({ registry_key: registryKeySchema, key })
  .meta({ id: 'MadeRegistryKey' });

const wanted = { name, permissions, expires_at: timestamp.optional() };

export const makeKeyBody = z.strictObject(wanted);

export const makeRegistryKeyBody = z
  .strictObject({ registry_type: registryType, registry_name: registryName.optional(), ...wanted })
  .refine(
    ({ registry_type, registry_name }) => (registry_type === 'other') === (registry_name !== undefined),
    {
      path: ['registry_name'],
      message: 'goes with the registry_type "other" and with no other',
    },
  );

export const keysQuery = z.strictObject({ page: pageQuery.page, page_size: pageQuery.page_size });

export const apiKeyList = listOf('api_keys', apiKeySchema);
export const platformKeyList = listOf('platform_keys', platformKeySchema);
export const registryKeyList = listOf('registry_keys', registryKeySchema);
