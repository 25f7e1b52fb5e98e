// Owns a row of buttons of which one is pressed; leaves what each shows to the parts.

export function ChoiceRow<Value extends string>(props: {
  label: string;
  values: readonly Value[];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  const { label, values, chosen, onChoose } = props;
  return (
    <fieldset>
      <legend class="unseen">{label}</legend>
      <div class="row">
        {values.map((value) => (
          <button type="button" key={value} aria-pressed={value === chosen} onClick={() => onChoose(value)}>
            {value}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
