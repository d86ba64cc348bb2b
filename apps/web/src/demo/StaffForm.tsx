/** Staff let somebody in: a reason and a name, because even a kindness is written down. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useMessages } from './messages.ts';
import type { Demo } from './use-demo.ts';

const REASONS = ['no_phone', 'unreadable', 'cannot_use'] as const;

/** The form of the manual fallback. */
export function StaffForm(props: { demo: Demo }) {
  const { demo } = props;
  const { text } = useMessages();
  const [reason, setReason] = useState<(typeof REASONS)[number]>('no_phone');
  const [by, setBy] = useState(text.staff.byDefault);
  const firstRef = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    firstRef.current?.focus();
    firstRef.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <form
      class="form staff"
      aria-label={text.staff.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (by.trim() !== '') demo.admit(by.trim(), text.staff.reasons[reason]);
      }}
    >
      <label class="field field-wide">
        <span>{text.staff.reason}</span>
        <select
          ref={firstRef}
          value={reason}
          onChange={(event) => {
            const chosen = REASONS.find((known) => known === event.currentTarget.value);
            if (chosen) setReason(chosen);
          }}
        >
          {REASONS.map((known) => (
            <option key={known} value={known}>
              {text.staff.reasons[known]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{text.staff.by}</span>
        <input
          value={by}
          autocomplete="off"
          aria-invalid={by.trim() === ''}
          onInput={(event) => setBy(event.currentTarget.value)}
        />
      </label>
      <p class="field-said" aria-live="polite">
        {by.trim() === '' && text.staff.byMissing}
      </p>
      <div class="form-ends">
        <button type="submit" class="button button-main">
          {text.staff.admit}
        </button>
        <button type="button" class="button" onClick={() => demo.askStaff(false)}>
          {text.staff.cancel}
        </button>
      </div>
    </form>
  );
}
