// Owns asking a holder for the words of a retirement, and sending it; leaves the transaction's arguments to the API.

import type { ApiClient } from '../client.ts';
import { useWork } from '../use-ask.ts';
import { openWallet } from '../wallet/wallet.ts';
import { Hash } from './facts.tsx';
import { Choice, Field, type Filled, Form } from './form.tsx';
import { formatTonnes } from './format-tonnes.ts';
import { Failure } from './notice.tsx';
import type { HeldCredit } from './portfolio.tsx';

const PURPOSES = [
  'corporate_targets',
  'public_environmental_claims',
  'insetting',
  'regulatory_requirement',
  'other',
] as const;

export function RetireForm(props: {
  credit: HeldCredit;
  client: ApiClient;
  account_id: string;
  /** With the transaction's hash, or without one where the holder thought better of it. */
  onEnd: (transaction_hash: string | undefined) => void;
}) {
  const { credit, client, account_id, onEnd } = props;
  const { is_busy, error, run } = useWork();
  const send = (filled: Filled): void =>
    run(async () => {
      const { beneficiary = '', tonnage, ...said } = filled;
      const is_part = tonnage !== undefined && tonnage !== credit.tonnage_co2e;
      const answer = await client.retireCredit({
        params: { credit_id: credit.credit_id },
        body: { beneficiary, ...said, ...(is_part ? { tonnage } : {}) },
      });
      if (!('args' in answer)) throw new Error('The server retires this credit by itself.');
      const wallet = await openWallet();
      if (answer.signer_id !== account_id) throw new Error(`It is for ${answer.signer_id} to sign.`);
      onEnd(await wallet.send(answer));
    });
  return (
    <section class="sheet">
      <h2>
        Retire <Hash value={credit.mrv_hash} />
      </h2>
      <p>
        Retiring burns the credit for good. What you write here is on a public chain for ever; name no private
        person.
      </p>
      <Failure error={error} />
      <Form label="Retirement" is_busy={is_busy} send="Sign and retire" onSend={send}>
        <Field
          label="Tonnes"
          name="tonnage"
          value={credit.tonnage_co2e}
          pattern="\d+(\.\d+)?"
          hint={`Up to ${formatTonnes(credit.tonnage_co2e)} t, in steps of ${credit.unit} t; the rest stays yours`}
        />
        <Field label="For whom" name="beneficiary" max={256} hint="The organisation that claims it" />
        <Field label="Reason" name="reason" max={256} is_optional />
        <Choice label="Purpose" name="purpose" values={PURPOSES} />
        <Field
          label="Country of use"
          name="jurisdiction"
          max={64}
          is_optional
          hint="Two letters, such as CH"
        />
        <Field label="Period of use" name="consumption_period" max={64} is_optional hint="Such as 2025" />
      </Form>
      <p>
        <button type="button" disabled={is_busy} onClick={() => onEnd(undefined)}>
          Leave it
        </button>
      </p>
    </section>
  );
}
