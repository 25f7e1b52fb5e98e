// Owns showing what a checked proof says, statement by statement; leaves the checks to core/proofs.

import type { RetirementVerdict, Statement } from '../../core/proofs/browser.ts';
import { Facts, Hash, State, Time, Tonnes } from './facts.tsx';
import { Notice } from './notice.tsx';

export function ProofResult({ verdict }: { verdict: RetirementVerdict }) {
  const { ok, is_trusted, statements, failed, shown } = verdict;
  return (
    <div>
      {!ok ? (
        <Notice kind="bad">
          <p>
            <strong>This proof does not hold.</strong> It fails at the step “
            {failed?.step.replaceAll('_', ' ')}”.
          </p>
        </Notice>
      ) : is_trusted ? (
        <Notice kind="good">
          <strong>This proof holds, up to a block that you trust.</strong>
        </Notice>
      ) : (
        <Notice kind="plain">
          <p>
            <strong>The file agrees with itself.</strong> Whether its last block is one of the chain you can
            see on your own node or on any explorer: give its hash as the trusted block, or compare it below.
          </p>
        </Notice>
      )}
      {shown === undefined ? null : (
        <Facts
          facts={[
            ['Retired', <Tonnes value={shown.retirement.tonnage} />],
            ['For', shown.beneficiary ?? 'a person, by a commitment'],
            ['Credit', <Hash value={shown.token_id} />],
            ['Registry', `${shown.retirement.registry} ${shown.retirement.project_id}`],
            ['Vintage', String(shown.retirement.vintage_year)],
            ['The registry’s word', <State value={shown.state} />],
            ['At the registry', shown.registry_row?.registry_retirement_id],
            ['Contract', shown.contract_id],
            ['True as of block', shown.as_of_height],
          ]}
        />
      )}
      {verdict.heads.map((head) => (
        <p key={head.hash}>
          Block {head.height} of <Time value={head.at} />: <code class="hash">{head.hash}</code>
        </p>
      ))}
      <h3>What was checked, in this browser</h3>
      <ol class="steps">
        {statements.map((statement, index) => (
          <StatementLine key={`${index} ${statement.step}`} statement={statement} />
        ))}
      </ol>
    </div>
  );
}

function StatementLine({ statement: { ok, says } }: { statement: Statement }) {
  return (
    <li>
      <span class={`state ${ok ? 'good' : 'bad'}`}>{ok ? 'holds' : 'fails'}</span>
      <span>{says}</span>
    </li>
  );
}
