// Owns the public overview: supply, backing, the newest retirements; leaves each retirement to its certificate.

import { clientFor } from '../client.ts';
import { Backing } from '../parts/backing.tsx';
import { Shown } from '../parts/notice.tsx';
import { PublicRetirements } from '../parts/public-retirements.tsx';
import { useAsk } from '../use-ask.ts';

const LOOK_AGAIN_MS = 10_000;
const SHOWN = 20;

export default function HomePage() {
  const client = clientFor();
  const backing = useAsk(() => client.getBacking(), [], LOOK_AGAIN_MS);
  const newest = useAsk(
    () => client.listPublicRetirements({ query: { page_size: SHOWN } }),
    [],
    LOOK_AGAIN_MS,
  );
  return (
    <>
      <h1>Carbon credits that anyone can check</h1>
      <p class="lead">
        Each credit is the hash of what was measured. Retiring burns it, and the burn is proven by a file that
        needs no server. What the registries hold for the credits on chain is compared, and shown here.
      </p>
      <Shown ask={backing}>{(value) => <Backing backing={value} />}</Shown>
      <section class="sheet">
        <Shown ask={newest}>{({ retirements }) => <PublicRetirements retirements={retirements} />}</Shown>
      </section>
    </>
  );
}
