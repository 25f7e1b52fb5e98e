// Owns taking a registry's word on one retirement and sending it from the registry's own account; leaves the transaction's arguments to
// the API.

import { useState } from 'preact/hooks';
import type { ApiClient } from '../client.ts';
import { useAsk, useWork } from '../use-ask.ts';
import { openWallet } from '../wallet/wallet.ts';
import { Choice, Field, type Filled, Form } from './form.tsx';
import type { InboxRetirement } from './inbox.tsx';
import { Failure } from './notice.tsx';

export function AttestForm(props: {
  retirement: InboxRetirement;
  client: ApiClient;
  /** With the transaction's hash, or without one where nothing was said. */
  onEnd: (transaction_hash: string | undefined) => void;
}) {
  const { retirement, client, onEnd } = props;
  const [is_refusing, setRefusing] = useState(false);
  const { is_busy, error, run } = useWork();
  const known = useAsk(async () => {
    const [{ accounts }, me] = await Promise.all([openWallet(), client.getMe()]);
    const registry = me.kind === 'registry' ? me.registry_type : '';
    return accounts.toSorted(
      (one, other) => Number(other.startsWith(registry)) - Number(one.startsWith(registry)),
    );
  }, []);
  const accounts = known.state === 'here' ? known.value : [];
  const params = { retirement_id: retirement.retirement_id };
  const send = ({ signer_id = '', reason = '', ...said }: Filled): void =>
    run(async () => {
      const { registry_retirement_id = '', registry_retired_on = '', evidence_sha256 = '' } = said;
      const unsigned = is_refusing
        ? await client.refusalTransaction({ params, body: { signer_id, reason } })
        : await client.confirmationTransaction({
            params,
            body: { signer_id, registry_retirement_id, registry_retired_on, evidence_sha256 },
          });
      onEnd(await (await openWallet()).send(unsigned));
    });
  return (
    <>
      <h3>What the registry says</h3>
      <fieldset class="row" aria-label="Confirm or refuse">
        <button type="button" aria-pressed={!is_refusing} onClick={() => setRefusing(false)}>
          Confirm
        </button>
        <button type="button" aria-pressed={is_refusing} onClick={() => setRefusing(true)}>
          Refuse
        </button>
      </fieldset>
      <Failure error={error} />
      <Form
        label={is_refusing ? 'Refusal' : 'Confirmation'}
        is_busy={is_busy}
        send={is_refusing ? 'Sign and refuse' : 'Sign and confirm'}
        onSend={send}
      >
        {accounts.length > 0 ? (
          <Choice label="The registry's account" name="signer_id" values={accounts} />
        ) : (
          <Field label="The registry's account" name="signer_id" max={64} hint="It has the role on chain" />
        )}
        {is_refusing ? (
          <Field label="Reason" name="reason" max={256} hint="It is public for ever" />
        ) : (
          <>
            <Field label="Retirement id at the registry" name="registry_retirement_id" max={64} />
            <Field label="Retired on" name="registry_retired_on" type="date" />
            <Field
              label="SHA-256 of the registry's document"
              name="evidence_sha256"
              pattern="[0-9a-f]{64}"
              hint="64 hex digits; the document itself stays with you"
            />
          </>
        )}
      </Form>
      <p>
        <button type="button" disabled={is_busy} onClick={() => onEnd(undefined)}>
          Close
        </button>
      </p>
    </>
  );
}
