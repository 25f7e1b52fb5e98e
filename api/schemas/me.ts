// Owns the shape of the answer to "who am I"; leaves finding it out to plugins/callers.

import { z } from 'zod';
import { scopeSchema } from './scopes.ts';
import { accountId, id } from './shared.ts';

const permissions = z.array(scopeSchema);

export const meSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('tenant'), tenant_id: id, api_key_id: id, permissions }),
    z.object({ kind: z.literal('operator'), platform_key_id: id, permissions }),
    z.object({
      kind: z.literal('registry'),
      registry_key_id: id,
      registry_type: z.string(),
      registry_name: z.string().optional(),
      permissions,
    }),
    z.object({ kind: z.literal('holder'), holder_session_id: id, account_id: accountId }),
    z.object({ kind: z.literal('anyone') }),
  ])
  .meta({ id: 'Me' });
