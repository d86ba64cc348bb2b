/** The gate's answer, readable at two metres: colour, sign, word, then the sum, then the reason. */
import { formatMoney } from '../shared/format.ts';
import { usePick } from '../shared/language.ts';
import { Sign, type SignKind } from '../shared/Sign.tsx';
import type { Reason, RedemptionAnswer } from './client.ts';
import { type Messages, useMessages } from './messages.ts';
import { findPlaceKind, type Place } from './places.ts';
import type { Demo } from './use-demo.ts';

/** Refusals of a code that no waiting and no other place makes good: they are red. */
const RED: ReadonlySet<string> = new Set([
  'malformed',
  'key_unknown',
  'alg_mismatch',
  'issuer_signature',
  'holder_signature_missing',
  'holder_signature',
  'pass_expired',
  'revoked',
  'suspended',
  'card_ended',
]);

/** Which sign an answer gets. */
export function findSign(answer: RedemptionAnswer): SignKind {
  if (answer.open) return 'yes';
  return RED.has(answer.code) ? 'red' : 'amber';
}

/** The reason for the gate's face: the clause that decided, else the last that the card rests on. */
export function findMainReason({ because = [], rule }: RedemptionAnswer): Reason | undefined {
  return because.find(({ clause }) => clause === rule) ?? because.at(-1);
}

/** A clause and what it says. */
export function ReasonLine(props: { reason: Reason }) {
  const pick = usePick();
  return (
    <p class="reason">
      <cite>{props.reason.clause}</cite> {pick(props.reason)}
    </p>
  );
}

/** The answer's place on the gate; it is announced when it changes. */
export function Answer(props: { demo: Demo }) {
  const { demo } = props;
  const { text } = useMessages();
  const { view } = demo.gate;
  return (
    <div
      class="answer"
      role="status"
      aria-live="polite"
      aria-atomic="true"
      data-sign={toneOf(demo)}
    >
      {view.phase === 'waiting' && (
        <Words sign="waiting" word={text.waiting} reason={text.waitingHint} />
      )}
      {view.phase === 'reading' && <Words sign="waiting" word={text.reading} />}
      {view.phase === 'unread' && <Words sign="amber" word={text.noCode} reason={text.wayOn} />}
      {view.phase === 'fault' && <Words sign="amber" word={text.fault} reason={text.faultHint} />}
      {view.phase === 'answered' && (
        <Given
          place={view.place}
          answer={view.answer}
          isByStaff={view.isByStaff}
          onStaff={() => demo.askStaff(true)}
        />
      )}
    </div>
  );
}

function toneOf(demo: Demo): SignKind {
  const { view } = demo.gate;
  if (view.phase === 'answered') return findSign(view.answer);
  return view.phase === 'unread' || view.phase === 'fault' ? 'amber' : 'waiting';
}

function Words(props: { sign: SignKind; word: string; reason?: string }) {
  return (
    <>
      <p class="answer-word">
        <Sign kind={props.sign} />
        <b>{props.word}</b>
      </p>
      {props.reason && <p class="answer-reason">{props.reason}</p>}
    </>
  );
}

function wordOf(text: Messages, place: Place, answer: RedemptionAnswer, isByStaff: boolean) {
  if (isByStaff && answer.open) return text.admitted;
  const kind = findPlaceKind(place);
  if (!answer.open) return text.closed[kind];
  const sum = kind === 'clinic' && answer.waivedFen ? ` ${formatMoney(answer.waivedFen)}` : '';
  return text.open[kind] + sum;
}

/** An answer of the server with all that belongs to it. */
function Given(props: {
  place: Place;
  answer: RedemptionAnswer;
  isByStaff: boolean;
  onStaff: () => void;
}) {
  const { place, answer } = props;
  const { text } = useMessages();
  const pick = usePick();
  const isClinic = place.venue.benefit === 'clinic';
  const reason = findMainReason(answer);
  const sums = [
    ...(answer.waivedFen && !isClinic ? [text.waived(formatMoney(answer.waivedFen))] : []),
    ...(answer.open && isClinic ? [text.toPay(formatMoney(answer.toPayFen ?? 0))] : []),
  ];
  return (
    <>
      <p class="answer-word">
        <Sign kind={findSign(answer)} />
        <b>{wordOf(text, place, answer, props.isByStaff)}</b>
        {sums.length > 0 && <span class="answer-sum">{sums.join(' · ')}</span>}
      </p>
      <p class="answer-reason">{pick(answer.message)}</p>
      {reason && <ReasonLine reason={reason} />}
      {!answer.open && (
        <p class="answer-way-on">
          <span>{answer.wayOn ? pick(answer.wayOn) : text.wayOn}</span>
          <button type="button" class="button" onClick={props.onStaff}>
            {text.askStaff}
          </button>
        </p>
      )}
    </>
  );
}
