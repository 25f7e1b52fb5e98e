// Owns the calls that are measured on each build, every method among them; leaves their gas to meter.ts.
import { METHODS } from '../../contracts/credit/methods.ts';
import { openContractChain } from '../../sandbox-tests/support/contract-chain.ts';
import { type ContractWorld, openContractWorld } from '../../sandbox-tests/support/contract-world.ts';
import { Meter, type Row } from './meter.ts';
import { KEEPER, keeperCode } from './receiver.ts';
import { tellActs } from './story-acts.ts';
import { tellMints } from './story-mint.ts';
import { tellNft } from './story-nft.ts';
import { tellParts } from './story-parts.ts';
import { tellRetirements } from './story-retire.ts';
import { tellBirth, tellRule, tellUpgrade } from './story-rule.ts';
import { tellViews } from './story-views.ts';

export interface Story {
  world: ContractWorld;
  meter: Meter;
}

export async function playStory(stock: boolean): Promise<Row[]> {
  const meter = new Meter({ may_fail: stock });
  const unborn = await openContractChain({ stock });
  tellBirth(unborn, meter);
  await unborn.stop();
  const world = await openContractWorld({
    stock,
    accounts: [{ account_id: KEEPER, code: keeperCode() }],
  });
  const story = { world, meter };
  tellRule(story);
  tellMints(story);
  tellNft(story);
  tellRetirements(story);
  tellParts(story);
  await tellActs(story);
  tellViews(story);
  await tellUpgrade(story, stock);
  await world.chain.stop();
  refuseUnmeasured(meter.rows);
  return meter.rows;
}

function refuseUnmeasured(rows: readonly Row[]): void {
  const measured = new Set(rows.map(({ method }) => method));
  const missing = Object.keys(METHODS).filter((method) => !measured.has(method));
  if (missing.length > 0)
    throw new Error(`no call of ${missing.join(', ')} is measured; add one to the stories`);
}
