// Owns telling a person that something is under way, went well or failed; leaves the words of refusals to the server.

import type { ComponentChildren } from 'preact';
import { ApiError } from '../../api/client/client.ts';
import type { Ask } from '../use-ask.ts';

export function Notice({ kind, children }: { kind: 'good' | 'bad' | 'plain'; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** Nothing where there is no error. */
export function Failure({ error, again }: { error: unknown; again?: () => void }) {
  if (error === undefined) return null;
  return (
    <Notice kind="bad">
      <p>{wordsOf(error)}</p>
      {again === undefined ? null : (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </Notice>
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}

/** Waits, tells of a failure, or shows what came. A page whose heading comes with the answer has a title until then. */
export function Shown<T>(props: { ask: Ask<T>; title?: string; children: (value: T) => ComponentChildren }) {
  const { ask, title, children } = props;
  if (ask.state === 'here') return <>{children(ask.value)}</>;
  return (
    <>
      {title === undefined ? null : <h1>{title}</h1>}
      {ask.state === 'failed' ? (
        <Failure error={ask.error} again={ask.again} />
      ) : (
        <p class="waiting" role="status">
          Loading…
        </p>
      )}
    </>
  );
}
