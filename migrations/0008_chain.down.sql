-- Owns the way back from 0008_chain.up.sql; leaves the tenants' view alone.

DROP TABLE chain.proof_bundles, chain.dead_letters, chain.retirements, chain.tokens, chain.contract_events,
  chain.blocks, chain.cursor;
