// Owns a holder's page: what the account owns, and retiring it; leaves signing to the wallet.

import { useState } from 'preact/hooks';
import { clientFor } from '../client.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { Portfolio } from '../parts/portfolio.tsx';
import { dropSession, readSession } from '../session.ts';
import { useAsk, useWork } from '../use-ask.ts';
import { signIn } from '../wallet/sign-in.ts';
import { openWallet } from '../wallet/wallet.ts';

export default function PortfolioPage() {
  const [session, setSession] = useState(() => readSession('holder'));
  if (session === undefined) {
    return (
      <>
        <h1>My credits</h1>
        <p class="lead">
          Your wallet signs a message that says who you are. Nothing is sent to the chain, and it costs
          nothing.
        </p>
        <SignIn onSignedIn={() => setSession(readSession('holder'))} />
      </>
    );
  }
  const leave = async (): Promise<void> => {
    dropSession('holder');
    setSession(undefined);
    await clientFor(session.token).deleteHolderSession();
  };
  return (
    <>
      <div class="row between">
        <h1>Credits of {session.shown}</h1>
        <button type="button" onClick={() => void leave()}>
          Sign out
        </button>
      </div>
      <p class="lead">What this account owns or owned last, and what it retired.</p>
      <Portfolio session={session} onExpired={() => void leave()} />
    </>
  );
}

function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const wallet = useAsk(openWallet, []);
  const { is_busy, error, run } = useWork();
  if (wallet.state === 'failed') return <Failure error={wallet.error} again={wallet.again} />;
  if (wallet.state === 'waiting') return <p class="waiting">Loading…</p>;
  const { accounts } = wallet.value;
  const enter = (account_id?: string): void =>
    run(async () => {
      await signIn(wallet.value, account_id);
      onSignedIn();
    });
  return (
    <section class="sheet">
      <Failure error={error} />
      {accounts.length === 0 ? (
        <button type="button" class="main" disabled={is_busy} onClick={() => enter()}>
          Sign in with a wallet
        </button>
      ) : (
        <>
          <h2>Development wallet</h2>
          <Notice kind="plain">
            This is a local chain. The keys of its accounts are known to everybody.
          </Notice>
          <div class="row">
            {accounts.map((account_id) => (
              <button type="button" key={account_id} disabled={is_busy} onClick={() => enter(account_id)}>
                {account_id}
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  );
}
