/** The clerk signs in, or unlocks the lane. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Clerk, type SignInRefusal, signIn } from './clerk.ts';
import type { Identity, Keep } from './keep.ts';
import { useMessages } from './messages.ts';

/** The form; `last` is who has locked the lane. */
export function SignIn(props: {
  keep: Keep;
  identity: Identity;
  last: string | undefined;
  isReached: boolean;
  onSignedIn: (clerk: Clerk) => void;
}) {
  const { last } = props;
  const { text } = useMessages();
  const [refusal, setRefusal] = useState<SignInRefusal>();
  const [isBusy, setBusy] = useState(false);
  const nameRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);
  useEffect(() => (last === undefined ? nameRef : passwordRef).current?.focus(), [last]);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const typed = new FormData(form);
    setBusy(true);
    setRefusal(undefined);
    const name = String(typed.get('name')).trim();
    const signed = await signIn(props.keep, props.identity, name, String(typed.get('password')));
    setBusy(false);
    if (typeof signed === 'object') props.onSignedIn(signed);
    else {
      setRefusal(signed);
      if (passwordRef.current) passwordRef.current.value = '';
      passwordRef.current?.focus();
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
        <h1>{last === undefined ? text.signIn.title : text.signIn.locked}</h1>
        {props.isReached || <p>{text.signIn.offlineHint}</p>}
        <label class="field">
          <span>{text.signIn.name}</span>
          <input
            ref={nameRef}
            name="name"
            required
            autocomplete="username"
            spellcheck={false}
            defaultValue={last ?? ''}
          />
        </label>
        <label class="field">
          <span>{text.signIn.password}</span>
          <input
            ref={passwordRef}
            name="password"
            type="password"
            required
            autocomplete="current-password"
          />
        </label>
        <p class="problem" role="alert">
          {refusal && text.signIn.refused[refusal]}
        </p>
        <button type="submit" class="button button-main" disabled={isBusy}>
          {last === undefined ? text.signIn.submit : text.signIn.unlock}
        </button>
      </form>
    </main>
  );
}
