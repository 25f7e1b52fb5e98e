// Owns how hashes, tonnes, times, states and lists of facts look; leaves what they say to the pages.

import type { ComponentChildren } from 'preact';
import { formatTonnes } from './format-tonnes.ts';

const SHOWN_START = 8;
const SHOWN_END = 6;

/** The whole hash is its title, and what is copied. */
export function Hash({ value, href }: { value: string; href?: string }) {
  const is_short = value.length <= SHOWN_START + SHOWN_END + 1;
  const shown = is_short ? value : `${value.slice(0, SHOWN_START)}…${value.slice(-SHOWN_END)}`;
  const code = (
    <code class="hash" title={value}>
      {shown}
    </code>
  );
  return href === undefined ? code : <a href={href}>{code}</a>;
}

export function Tonnes({ value }: { value: string }) {
  return <span class="tonnes">{formatTonnes(value)} t</span>;
}

export function Time({ value }: { value: string }) {
  return <time dateTime={value}>{value.slice(0, 16).replace('T', ' ')} UTC</time>;
}

const TONES: Readonly<Record<string, 'good' | 'bad' | 'warn' | 'calm'>> = {
  active: 'good',
  confirmed: 'good',
  completed: 'good',
  closed: 'good',
  retired: 'calm',
  burnt_registry_pending: 'warn',
  pending: 'warn',
  impaired: 'warn',
  waived: 'warn',
  minor: 'warn',
  in_progress: 'warn',
  refused: 'bad',
  invalidated: 'bad',
  failed: 'bad',
  open: 'bad',
  critical: 'bad',
  major: 'bad',
};

export function State({ value, children }: { value: string; children?: ComponentChildren }) {
  return <span class={`state ${TONES[value] ?? 'calm'}`}>{children ?? value.replaceAll('_', ' ')}</span>;
}

/** A person is known by a commitment alone, until somebody who may reveals the name. */
export function Beneficiary(about: { beneficiary: string; beneficiary_commitment: string | null }) {
  const { beneficiary, beneficiary_commitment } = about;
  if (beneficiary_commitment === null || beneficiary !== beneficiary_commitment) return <>{beneficiary}</>;
  return (
    <>
      a person <Hash value={beneficiary_commitment} />
    </>
  );
}

export type Fact = [name: string, value: ComponentChildren] | undefined;

/** Facts that are not there are left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) => {
        if (fact === undefined || fact[1] === null || fact[1] === undefined || fact[1] === '') return null;
        return (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        );
      })}
    </dl>
  );
}
