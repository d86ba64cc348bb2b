/** The answer, readable at two metres: colour, sign, word, then the name, then the reason. */
import type { ComponentChildren } from 'preact';
import { formatDay } from '../shared/format.ts';
import { usePick } from '../shared/language.ts';
import { Sign } from '../shared/Sign.tsx';
import type { LookUp } from './look-up.ts';
import { useMessages } from './messages.ts';
import type { Place } from './place.ts';
import { maskShown } from './shown.ts';
import { canAdmit, mayHelp, signOf, type View } from './view.ts';

/** The answer's place; it is announced when it changes. */
export function Answer(props: { view: View; place: Place | undefined }) {
  const { view } = props;
  return (
    <div
      class="answer"
      role="status"
      aria-live="assertive"
      aria-atomic="true"
      data-sign={signOf(view)}
      data-phase={view.phase}
    >
      <Content view={view} place={props.place} />
    </div>
  );
}

function Content({ view, place }: { view: View; place: Place | undefined }) {
  const { text } = useMessages();
  const pick = usePick();
  switch (view.phase) {
    case 'waiting':
      return (
        <Words view={view} word={text.waiting}>
          <p>{view.remark ? <Remark of={view.remark} /> : text.waitingHint}</p>
        </Words>
      );
    case 'working':
      return <Words view={view} word={text.working} />;
    case 'unknown':
      return (
        <Words view={view} word={text.word.unknown}>
          <p class="answer-name">{maskShown(view.shown)}</p>
          <p>{canAdmit(view) ? text.unknownHint : text.noSealingKey}</p>
        </Words>
      );
    case 'found':
      return (
        <Words view={view} word={view.found.open ? text.word.ask : text.word.closed}>
          <Person found={view.found} />
          <p>{pick(view.found.message)}</p>
          {view.found.open ? <p class="answer-press">{text.pressToAdmit}</p> : <Help of={view} />}
        </Words>
      );
    case 'answered':
    case 'admitted':
      return <Judged view={view} place={place} />;
  }
}

/** What is written down by now: an open way, or a no. */
function Judged({
  view,
  place,
}: {
  view: View & { phase: 'answered' | 'admitted' };
  place: Place | undefined;
}) {
  const { text } = useMessages();
  const pick = usePick();
  const { answer } = view;
  const isFault = answer.code === 'cannot_record';
  const opened = view.phase === 'admitted' ? text.word.admitted : text.word.open[benefitOf(place)];
  const word = isFault ? text.word.fault : answer.open ? opened : text.word.closed;
  return (
    <Words view={view} word={word}>
      {view.found && answer.open && <Person found={view.found} />}
      {answer.open || <p>{isFault ? text.faultHint : pick(answer.message)}</p>}
      {answer.open && view.found === undefined && <p>{text.offlineMark}</p>}
      {view.phase === 'answered' && view.remark && (
        <p>
          <Remark of={view.remark} />
        </p>
      )}
      {answer.open || isFault || <Help of={view} />}
    </Words>
  );
}

function benefitOf(place: Place | undefined): 'ride' | 'site' | 'clinic' {
  if (place?.kind === 'site' || place?.kind === 'clinic') return place.kind;
  return 'ride';
}

/** What the clerk can do about a no. */
function Help({ of: view }: { of: View & { phase: 'answered' | 'admitted' | 'found' } }) {
  const { text } = useMessages();
  const { code } = view.phase === 'found' ? view.found : view.answer;
  if (code === 'list_too_old') return <p class="answer-press">{text.windowOver}</p>;
  // A document was looked at already: there is nothing more to look at.
  if (view.phase === 'found' || !mayHelp(code)) return <p class="answer-press">{text.noHelp}</p>;
  return <p class="answer-press">{text.staffHelp}</p>;
}

function Remark({ of: remark }: { of: NonNullable<(View & { phase: 'waiting' })['remark']> }) {
  const { text } = useMessages();
  const words = {
    signedOut: text.signedOut,
    tooMany: text.tooMany,
    needsDesk: text.needsDesk,
    tooShort: text.input.tooShort,
    noSealingKey: text.noSealingKey,
  };
  return <>{words[remark]}</>;
}

/** Masked name and card, as the server has told them. */
function Person({ found }: { found: LookUp }) {
  const { text, language } = useMessages();
  const { name, card } = found;
  if (name === null) return null;
  const day = card?.validThrough ?? null;
  const until =
    card === null
      ? undefined
      : day === null
        ? text.card.forLife
        : card.state === 'ended'
          ? text.card.ended(formatDay(day, language))
          : text.card.through(formatDay(day, language));
  return (
    <p class="answer-name">
      <b>{name}</b>
      {card && (
        <span>
          {text.card[card.kind]} · {until}
        </span>
      )}
    </p>
  );
}

function Words(props: { view: View; word: string; children?: ComponentChildren }) {
  return (
    <>
      <p class="answer-word">
        <Sign kind={signOf(props.view)} />
        <b>{props.word}</b>
      </p>
      <div class="answer-more">{props.children}</div>
    </>
  );
}
