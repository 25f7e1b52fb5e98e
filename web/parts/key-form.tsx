// Owns asking for a key, trying it, and keeping it for this tab; leaves what it may do to the API.

import { clientFor } from '../client.ts';
import { keepSession, type Seat } from '../session.ts';
import { getSettings } from '../settings.ts';
import { useAsk, useWork } from '../use-ask.ts';
import { Field, Form } from './form.tsx';
import { Failure } from './notice.tsx';

/** The part of a key that may be seen. */
const SHOWN_PREFIX = 15;

type Offer = 'operator' | 'verra' | 'isometric';

export function KeyForm(props: {
  seat: Seat;
  label: string;
  prefix: string;
  /** Keys of the demo world that fit here; offered on a local chain alone. */
  offers: readonly Offer[];
  onKept: () => void;
}) {
  const { seat, label, prefix, offers, onKept } = props;
  const { is_busy, error, run } = useWork();
  const settings = useAsk(getSettings, []);
  const keys = settings.state === 'here' ? settings.value.development_keys : undefined;
  const keep = (token: string, shown: string): void => {
    keepSession(seat, { token, shown });
    onKept();
  };
  return (
    <section class="sheet">
      <Failure error={error} />
      {keys === undefined ? null : (
        <>
          <h2>Demo world</h2>
          <div class="row">
            {offers.map((name) => (
              <button type="button" key={name} onClick={() => keep(keys[name], `demo ${name}`)}>
                Look around as {name}
              </button>
            ))}
          </div>
          <h2>Or with a key</h2>
        </>
      )}
      <Form
        label={label}
        is_busy={is_busy}
        send="Go on"
        onSend={({ key = '' }) =>
          run(async () => {
            if (!key.startsWith(prefix)) throw new Error(`Such a key begins with ${prefix}`);
            await clientFor(key).getMe();
            keep(key, key.slice(0, SHOWN_PREFIX));
          })
        }
      >
        <Field label={label} name="key" type="password" hint={`It begins with ${prefix}`} />
      </Form>
    </section>
  );
}
