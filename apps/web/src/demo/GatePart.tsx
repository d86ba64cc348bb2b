/** The gate: its answer large, the doors under it, the button that holds the phone to it. */
import { Answer, findMainReason, ReasonLine } from './Answer.tsx';
import { CameraSwitch } from './CameraSwitch.tsx';
import type { DemoSetting, RedemptionAnswer } from './client.ts';
import { DeskForm } from './DeskForm.tsx';
import { GateScene } from './GateScene.tsx';
import { useMessages } from './messages.ts';
import { PlaceIcon, PlaceName } from './PlaceLabel.tsx';
import { StaffForm } from './StaffForm.tsx';
import type { Demo } from './use-demo.ts';

/** The part of the page that is the gate. */
export function GatePart(props: { demo: Demo; setting: DemoSetting }) {
  const { demo, setting } = props;
  const { text } = useMessages();
  const { place } = demo;
  const isClinic = place?.venue.benefit === 'clinic';
  const { view } = demo.gate;
  const reading = view.phase === 'answered' ? view.reading : undefined;
  return (
    <section class="gate-part" aria-label={text.gate} ref={demo.gateRef}>
      <div class="gate">
        <Answer demo={demo} />
        {place && (
          <GateScene
            place={place}
            isOpen={view.phase === 'answered' && view.answer.open}
            isReading={view.phase === 'reading'}
            isRefused={view.phase === 'answered' && !view.answer.open}
            picture={demo.gate.picture}
          />
        )}
        {demo.isStaffAsked && <StaffForm demo={demo} />}
        {isClinic && !demo.isStaffAsked && (
          <DeskForm desk={demo.desk} levels={setting.hospitalLevels} onChange={demo.setDesk} />
        )}
      </div>
      <div class="hold-bar">
        <button
          type="button"
          class="button button-main hold"
          disabled={!demo.phone.code}
          aria-disabled={demo.isBusy}
          onClick={() => demo.hold()}
        >
          {isClinic ? text.holdClinic : text.hold}
          {place && (
            <span class="hold-place">
              <PlaceName place={place} />
            </span>
          )}
        </button>
      </div>
      <Places demo={demo} />
      <div class="gate-foot">
        <p class="gate-hint">{reading ? text.readIn(...reading) : text.dragHint}</p>
        <CameraSwitch onPicture={demo.lookAt} />
        {view.phase === 'answered' && <Grounds answer={view.answer} />}
      </div>
    </section>
  );
}

/** The places as buttons: one press goes there and holds the phone up. */
function Places(props: { demo: Demo }) {
  const { demo } = props;
  const { text } = useMessages();
  return (
    <fieldset class="places">
      <legend class="unseen">{text.places}</legend>
      {demo.places.map((place) => (
        <button
          key={place.id}
          type="button"
          class="button place"
          aria-pressed={demo.place?.id === place.id}
          onClick={() => demo.hold(place)}
        >
          <PlaceIcon place={place} />
          <PlaceName place={place} />
        </button>
      ))}
    </fieldset>
  );
}

/** What an answer rests on, for who wants to know: donations, and the receipt's number. */
function Grounds(props: { answer: RedemptionAnswer }) {
  const { text } = useMessages();
  const { evidence = [], redemptionId } = props.answer;
  const shown = findMainReason(props.answer);
  const others = (props.answer.because ?? []).filter((reason) => reason !== shown);
  if (evidence.length + others.length === 0 && !redemptionId) return null;
  return (
    <details class="why">
      <summary>{text.why}</summary>
      {others.map((reason) => (
        <ReasonLine key={`${reason.clause} ${reason.zh}`} reason={reason} />
      ))}
      {evidence.length > 0 && (
        <p>
          {text.evidence} <code>{evidence.join(', ')}</code>
        </p>
      )}
      {redemptionId && (
        <p>
          {text.receipt} <code>{redemptionId}</code>
        </p>
      )}
    </details>
  );
}
