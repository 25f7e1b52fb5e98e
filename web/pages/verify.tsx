// Owns the page that checks a dropped proof file, without the network; leaves the checks to core/proofs.

import { useId, useState } from 'preact/hooks';
import { MAX_BUNDLE_BYTES, type RetirementVerdict, verifyProofText } from '../../core/proofs/browser.ts';
import { Failure } from '../parts/notice.tsx';
import { ProofResult } from '../parts/proof-result.tsx';
import { useWork } from '../use-ask.ts';

type Dropped = { name: string; text: string };

export default function VerifyPage() {
  const [dropped, setDropped] = useState<Dropped | undefined>();
  const [head, setHead] = useState('');
  const { error, run } = useWork();
  const take = (file: File | undefined): void =>
    run(async () => {
      if (file === undefined) return;
      // Refused unread: no honest proof is so long.
      if (file.size > MAX_BUNDLE_BYTES)
        throw new Error(`${file.name} has more than ${MAX_BUNDLE_BYTES} bytes.`);
      setDropped({ name: file.name, text: await file.text() });
    });
  return (
    <>
      <h1>Check a proof</h1>
      <p class="lead">
        The file is read by this page alone. It goes nowhere, and no server is asked: you may disconnect
        first.
      </p>
      <section class="sheet">
        <DropZone onFile={take} />
        <HeadField value={head} onChange={setHead} />
        <Failure error={error} />
      </section>
      {dropped === undefined ? null : (
        <section class="sheet" aria-label="Result">
          <h2>{dropped.name}</h2>
          <ProofResult verdict={check(dropped.text, head)} />
        </section>
      )}
    </>
  );
}

function check(text: string, head: string): RetirementVerdict {
  return verifyProofText(text, head.trim() === '' ? {} : { trusted_head: head.trim() });
}

function DropZone({ onFile }: { onFile: (file: File | undefined) => void }) {
  const [is_over, setOver] = useState(false);
  const id = useId();
  return (
    <fieldset
      aria-label="Proof file"
      class={`drop ${is_over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer?.files[0]);
      }}
    >
      <label for={id}>Drop a proof file here, or choose one</label>
      <input
        id={id}
        type="file"
        accept=".json,application/json"
        onChange={(event) => onFile(event.currentTarget.files?.[0])}
      />
    </fieldset>
  );
}

function HeadField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>A block that you trust</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <small id={`${id}-hint`} class="hint">
        The hash of the file’s last block, as your own node or any explorer shows it.
      </small>
    </div>
  );
}
