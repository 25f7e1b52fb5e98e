// Owns fetching the proof of one retirement and checking it in the browser; leaves the checks to core/proofs.

import { useState } from 'preact/hooks';
import { type RetirementVerdict, verifyProofText } from '../../core/proofs/browser.ts';
import { useWork } from '../use-ask.ts';
import { Field, Form } from './form.tsx';
import { Failure } from './notice.tsx';
import { ProofResult } from './proof-result.tsx';

export function proofPath(token_id: string): string {
  return `/api/v1/public/retirements/${token_id}/proof`;
}

export function ProofCheck({ token_id }: { token_id: string }) {
  const [verdict, setVerdict] = useState<RetirementVerdict | undefined>();
  const { is_busy, error, run } = useWork();
  return (
    <section aria-label="Proof">
      <Form
        label="Check the proof"
        is_busy={is_busy}
        send="Check the proof here"
        onSend={({ trusted_head }) =>
          run(async () => {
            const response = await fetch(proofPath(token_id));
            if (response.status === 404)
              throw new Error('There is no proof yet: it takes a moment after the burn.');
            if (!response.ok) throw new Error(`The server answered ${response.status}.`);
            setVerdict(verifyProofText(await response.text(), { trusted_head }));
          })
        }
      >
        <Field
          label="A block that you trust"
          name="trusted_head"
          is_optional
          hint="Its hash, from your own node or an explorer; without it the file is checked against itself"
        />
      </Form>
      <Failure error={error} />
      {verdict === undefined ? null : <ProofResult verdict={verdict} />}
    </section>
  );
}
