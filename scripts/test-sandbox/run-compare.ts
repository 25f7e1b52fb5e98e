// Owns one comparison from start to report: two chains, the same steps, what differs; leaves printing to the command.
import { FIRST_PROTOCOL_VERSION, LAST_PROTOCOL_VERSION } from '../../localnet/vm/params.ts';
import { ChainClient } from './chain-client.ts';
import { type Difference, findDifferences } from './compare.ts';
import { playSteps } from './play.ts';
import { type RunningChain, runBinary } from './run-binary.ts';
import { runLocalnet } from './run-localnet.ts';
import { makeScenarios, WATCHED } from './scenarios.ts';

/** What the localnet is compared with. */
export type Other = { kind: 'binary'; path: string } | { kind: 'localnet' } | { kind: 'spoilt' };

export interface Comparison {
  kind: 'compared';
  steps: number;
  protocol_version: number;
  names: { left: string; right: string };
  differences: Difference[];
}

/** The other chain has rules that are not in the localnet's table; what to do is in the reason. */
export interface UnknownVersion {
  kind: 'unknown_version';
  protocol_version: number;
  reason: string;
}

export async function runCompare(options: {
  seed: string;
  other: Other;
}): Promise<Comparison | UnknownVersion> {
  const { seed, other } = options;
  const right = await startOther(other);
  try {
    // Prices follow from the version, so the localnet takes the other's, or refuses one that it does not know.
    const protocol_version = await new ChainClient(right.url).protocolVersion();
    if (protocol_version < FIRST_PROTOCOL_VERSION || protocol_version > LAST_PROTOCOL_VERSION)
      return refuseVersion(right.name, protocol_version);
    const left = await runLocalnet({ name: 'localnet', options: { seed, protocol_version } });
    try {
      const steps = makeScenarios(seed);
      const play = (chain: RunningChain) => playSteps({ chain, seed, steps, watched: WATCHED });
      const [ours, theirs] = await Promise.all([play(left), play(right)]);
      const names = { left: left.name, right: right.name };
      return {
        kind: 'compared',
        steps: steps.length,
        protocol_version,
        names,
        differences: findDifferences(ours, theirs),
      };
    } finally {
      await left.stop();
    }
  } finally {
    await right.stop();
  }
}

function refuseVersion(name: string, protocol_version: number): UnknownVersion {
  const reason =
    `${name} runs protocol version ${protocol_version}; the localnet knows ${FIRST_PROTOCOL_VERSION} to ` +
    `${LAST_PROTOCOL_VERSION}. Name a near-sandbox of such a version.`;
  return { kind: 'unknown_version', protocol_version, reason };
}

function startOther(other: Other): Promise<RunningChain> {
  // Another seed and other heights, so that nothing is alike but what must be.
  const options = { seed: 'another localnet', genesis_height: 1_000n };
  switch (other.kind) {
    case 'binary':
      return runBinary(other.path);
    case 'localnet':
      return runLocalnet({ name: 'second localnet', options });
    case 'spoilt':
      return runLocalnet({ name: 'spoilt localnet', options, is_spoilt: true });
  }
}
