/** What the clerk at a hospital's desk fills in: which clinic, the fee, what insurance has paid. */
import { useId, useState } from 'preact/hooks';
import { findFen, formatMoney } from '../shared/format.ts';
import { useMessages } from './messages.ts';
import type { DeskAmounts } from './use-demo.ts';

/** The form; it reports every set of amounts that can be right. */
export function DeskForm(props: {
  desk: DeskAmounts;
  levels: readonly string[];
  onChange: (desk: DeskAmounts) => void;
}) {
  const { desk, onChange } = props;
  const { text } = useMessages();
  const [typed, setTyped] = useState({
    fee: (desk.fee / 100).toFixed(2),
    insured: (desk.insured / 100).toFixed(2),
  });
  const id = useId();
  const fee = findFen(typed.fee);
  const insured = findFen(typed.insured);
  const isMoney = fee !== undefined && insured !== undefined;
  const isTooMuch = isMoney && insured > fee;

  const type = (field: 'fee' | 'insured', value: string): void => {
    const next = { ...typed, [field]: value };
    setTyped(next);
    const nextFee = findFen(next.fee);
    const nextInsured = findFen(next.insured);
    if (nextFee === undefined || nextInsured === undefined || nextInsured > nextFee) return;
    onChange({ ...desk, fee: nextFee, insured: nextInsured });
  };

  return (
    <fieldset class="form desk">
      <legend class="unseen">{text.desk.title}</legend>
      <label class="field">
        <span>{text.desk.level}</span>
        <select
          value={desk.level}
          onChange={(event) => onChange({ ...desk, level: event.currentTarget.value })}
        >
          {props.levels.map((level) => (
            <option key={level} value={level}>
              {findLevelName(text.desk.levels, level)}
            </option>
          ))}
        </select>
      </label>
      {(['fee', 'insured'] as const).map((field) => (
        <label class="field" key={field}>
          <span>{text.desk[field]}</span>
          <span class="money">
            <i aria-hidden="true">¥</i>
            <input
              inputMode="decimal"
              autocomplete="off"
              value={typed[field]}
              aria-invalid={findFen(typed[field]) === undefined || isTooMuch}
              aria-describedby={`${id}-said`}
              onInput={(event) => type(field, event.currentTarget.value)}
            />
          </span>
        </label>
      ))}
      <p class="field-said" id={`${id}-said`} aria-live="polite">
        {!isMoney && text.desk.notMoney}
        {isTooMuch && text.desk.tooMuch}
        {isMoney && !isTooMuch && text.desk.own(formatMoney(fee - insured))}
      </p>
    </fieldset>
  );
}

/** The name of a clinic level; a level that the texts do not know keeps its code. */
function findLevelName(names: Readonly<Record<string, string>>, level: string): string {
  return names[level] ?? level;
}
