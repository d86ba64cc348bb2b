/** Enrols the lane, once, by the secret that the operator has handed out. */
import { useState } from 'preact/hooks';
import { enrol } from './device.ts';
import { Fault } from './http.ts';
import type { Identity } from './keep.ts';
import { useMessages } from './messages.ts';

/** The form. */
export function SetUp(props: { onEnrolled: (identity: Identity) => void }) {
  const { text } = useMessages();
  const [problem, setProblem] = useState<'refused' | 'fault'>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const typed = new FormData(form);
    setBusy(true);
    setProblem(undefined);
    try {
      const [gateId, secret] = ['gateId', 'secret'].map((name) => String(typed.get(name)).trim());
      props.onEnrolled(await enrol(gateId ?? '', secret ?? ''));
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      setProblem(cause.status >= 400 && cause.status < 500 ? 'refused' : 'fault');
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="gatehouse">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <h1>{text.setUp.title}</h1>
        <p>{text.setUp.hint}</p>
        <label class="field">
          <span>{text.setUp.gateId}</span>
          <input name="gateId" required autocomplete="off" spellcheck={false} />
        </label>
        <label class="field">
          <span>{text.setUp.secret}</span>
          <input name="secret" required autocomplete="off" spellcheck={false} />
        </label>
        <p class="problem" role="alert">
          {problem && text.setUp[problem]}
        </p>
        <button type="submit" class="button button-main" disabled={isBusy}>
          {text.setUp.submit}
        </button>
      </form>
    </main>
  );
}
