// Owns one finding: both sides, what to do, its owner, comments and waiver; leaves what they mean to the API.

import type { ApiClient } from '../client.ts';
import { useAsk, useWork } from '../use-ask.ts';
import { Facts, Hash, State, Time, Tonnes } from './facts.tsx';
import type { Finding } from './findings.tsx';
import { Field, Form } from './form.tsx';
import { Failure, Shown } from './notice.tsx';

export function FindingSheet(props: {
  finding_id: string;
  client: ApiClient;
  onChanged: () => void;
  onClose: () => void;
}) {
  const { finding_id, client, onChanged, onClose } = props;
  const params = { finding_id };
  const view = useAsk(() => client.getFinding({ params }), [finding_id]);
  const { is_busy, error, run } = useWork();
  const act = (work: () => Promise<unknown>): void =>
    run(async () => {
      await work();
      view.again();
      onChanged();
    });
  return (
    <section class="sheet" aria-label="The finding">
      <Shown ask={view}>
        {({ finding, comments }) => (
          <>
            <div class="row between">
              <h2>{finding.title}</h2>
              <button type="button" onClick={onClose}>
                Close
              </button>
            </div>
            <FindingFacts finding={finding} />
            <h3>Both sides</h3>
            <Sides values={finding.values_found} />
            <h3>What to do</h3>
            <p>{finding.next_step}</p>
            <Failure error={error} />
            <div class="row">
              <button
                type="button"
                disabled={is_busy}
                onClick={() => act(() => client.setFindingOwner({ params, body: { act: 'take' } }))}
              >
                Take it on
              </button>
              {finding.status === 'waived' ? (
                <button
                  type="button"
                  disabled={is_busy}
                  onClick={() => act(() => client.reopenFinding({ params, body: {} }))}
                >
                  Open it again
                </button>
              ) : null}
            </div>
            <h3>Comments</h3>
            {comments.map((one) => (
              <p key={one.finding_comment_id}>
                {one.comment} <small class="hint">{one.author}</small>
              </p>
            ))}
            <Form
              label="Comment"
              is_busy={is_busy}
              send="Comment"
              onSend={({ comment = '' }) => act(() => client.commentFinding({ params, body: { comment } }))}
            >
              <Field label="Comment" name="comment" max={10_000} />
            </Form>
            {finding.status === 'open' ? (
              <details>
                <summary>Waive it for a time</summary>
                <Form
                  label="Waiver"
                  is_busy={is_busy}
                  send="Waive"
                  onSend={({ reason = '', until = '' }) =>
                    act(() => client.waiveFinding({ params, body: { reason, until: `${until}T00:00:00Z` } }))
                  }
                >
                  <Field label="Reason" name="reason" max={2_000} />
                  <Field label="Until" name="until" type="date" />
                </Form>
              </details>
            ) : null}
          </>
        )}
      </Shown>
    </section>
  );
}

function FindingFacts({ finding }: { finding: Finding }) {
  const { mrv_hash, waived_until } = finding;
  return (
    <Facts
      facts={[
        ['Code', finding.code],
        ['How grave', <State value={finding.severity} />],
        ['State', <State value={finding.status} />],
        ['Tonnes at stake', <Tonnes value={finding.tonnes_at_stake} />],
        ['Subject', finding.subject],
        ['Credit', mrv_hash === null ? undefined : <Hash value={mrv_hash} href={`/credits/${mrv_hash}`} />],
        ['First seen', <Time value={finding.first_seen_at} />],
        ['Last seen', <Time value={finding.last_seen_at} />],
        ['Owner', finding.owner_actor ?? finding.owner_user_id],
        ['Waived by', finding.waived_by],
        ['Waived because', finding.waived_reason],
        ['Waived until', waived_until === null ? undefined : <Time value={waived_until} />],
      ]}
    />
  );
}

/** Whatever the sides are called, each stands in a column of its own. */
function Sides({ values }: { values: Readonly<Record<string, unknown>> }) {
  return (
    <div class="sides">
      {Object.entries(values).map(([side, value]) => (
        <div class="side" key={side}>
          <strong>{side.replaceAll('_', ' ')}</strong>
          <Value value={value} />
        </div>
      ))}
    </div>
  );
}

function Value({ value }: { value: unknown }) {
  if (typeof value !== 'object' || value === null) return <div>{String(value ?? 'nothing')}</div>;
  if (Array.isArray(value)) {
    return (
      <ul>
        {value.map((one, index) => (
          <li key={`${index}`}>
            <Value value={one} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <dl>
      {Object.entries(value).map(([name, one]) => (
        <div key={name}>
          <dt class="hint">{name.replaceAll('_', ' ')}</dt>
          <dd>
            <Value value={one} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
