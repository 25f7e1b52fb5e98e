// Owns a registry's page: its key, and the retirements that wait for its word; leaves checking and confirming to the parts.

import { useState } from 'preact/hooks';
import { Inbox } from '../parts/inbox.tsx';
import { KeyForm } from '../parts/key-form.tsx';
import { dropSession, readSession } from '../session.ts';

export default function RegistryPage() {
  const [session, setSession] = useState(() => readSession('registry'));
  if (session === undefined) {
    return (
      <>
        <h1>Retirements to confirm</h1>
        <p class="lead">For officers of a registry. The key stays in this tab.</p>
        <KeyForm
          seat="registry"
          label="Registry key"
          prefix="dmrv_r_"
          offers={['verra', 'isometric']}
          onKept={() => setSession(readSession('registry'))}
        />
      </>
    );
  }
  const leave = (): void => {
    dropSession('registry');
    setSession(undefined);
  };
  return (
    <>
      <div class="row between">
        <h1>Retirements to confirm</h1>
        <button type="button" onClick={leave}>
          Leave
        </button>
      </div>
      <p class="lead">
        Each was burnt on chain. Check its proof here, in your browser, then say what your registry says.
      </p>
      <Inbox session={session} onRefused={leave} />
    </>
  );
}
