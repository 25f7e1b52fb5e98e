// Owns fields with their labels, and reading a form; leaves what is asked to the pages.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export function Field(props: {
  label: string;
  name: string;
  type?: 'text' | 'password' | 'date';
  hint?: string;
  is_optional?: true;
  pattern?: string;
  max?: number;
  value?: string;
}) {
  const { label, name, type = 'text', hint, is_optional, pattern, max, value } = props;
  const id = useId();
  const input = {
    id,
    name,
    required: is_optional !== true,
    autocomplete: 'off',
    ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(max === undefined ? {} : { maxLength: max }),
    ...(value === undefined ? {} : { defaultValue: value }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'text' ? <input type="text" {...input} /> : null}
      {type === 'password' ? <input type="password" {...input} /> : null}
      {type === 'date' ? <input type="date" {...input} /> : null}
      {hint === undefined ? null : (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
    </div>
  );
}

export function Choice(props: { label: string; name: string; values: readonly string[] }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} name={props.name}>
        {props.values.map((value) => (
          <option key={value} value={value}>
            {value.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What was filled in; empty fields are absent. */
export type Filled = Readonly<Record<string, string>>;

export function Form(props: {
  label: string;
  is_busy: boolean;
  send: string;
  onSend: (filled: Filled) => void;
  children: ComponentChildren;
}) {
  const { label, is_busy, send, onSend, children } = props;
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        const entries = [...new FormData(event.currentTarget)].flatMap(([name, value]) =>
          typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [],
        );
        onSend(Object.fromEntries(entries));
      }}
    >
      {children}
      <button type="submit" class="main" disabled={is_busy}>
        {is_busy ? 'Under way…' : send}
      </button>
    </form>
  );
}
