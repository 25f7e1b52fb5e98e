// Owns the measured views that no other story shows; leaves the other methods to their stories.
import { PROJECT_ID, REGISTRY } from '../../sandbox-tests/support/contract-world.ts';
import type { Story } from './story.ts';

const VINTAGE = 2025;

export function tellViews({ world, meter }: Story): void {
  const { chain } = world;
  const token_id = world.mint();
  meter.view(chain, 'nft_token', { token_id });
  meter.view(chain, 'credit', { mrv_hash: token_id });
  meter.view(chain, 'mrv_hash_status', { mrv_hash: token_id });
  meter.view(chain, 'nft_total_supply');
  meter.view(chain, 'nft_supply_for_owner', { account_id: 'alice.near' });
  for (const limit of [1, 10, 50]) meter.view(chain, 'nft_tokens', { limit }, `${limit} of all`);
  for (const limit of [1, 10]) {
    meter.view(chain, 'nft_tokens_for_owner', { account_id: 'alice.near', limit }, `${limit} of an owner`);
  }
  meter.view(chain, 'nft_metadata');
  meter.view(chain, 'contract_source_metadata');
  meter.view(chain, 'supply', {}, 'of all');
  meter.view(chain, 'supply', { registry: REGISTRY }, 'of a registry');
  meter.view(chain, 'supply', { registry: REGISTRY, project_id: PROJECT_ID }, 'of a project');
  meter.view(chain, 'supply', { vintage_year: VINTAGE }, 'of a vintage, of two registries');
  meter.view(chain, 'rules');
  meter.view(chain, 'limits');
  meter.view(chain, 'storage_cost', world.mintCall().args);
}
