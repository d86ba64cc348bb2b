/** The desk: the answer, the field, the keys. */
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { useCamera } from '../shared/code/use-camera.ts';
import { Answer } from './Answer.tsx';
import type { Lane, LaneStatus } from './lane.ts';
import { useMessages } from './messages.ts';
import { Slip } from './Slip.tsx';
import { StatusLine } from './StatusLine.tsx';
import { type Desk, useDesk } from './use-desk.ts';
import { useKeys } from './use-keys.ts';
import { canAdmit, hasSlip, REASONS, type ReasonId } from './view.ts';

/** The desk of the clerk who is signed in. */
export function DeskPart(props: {
  lane: Lane;
  status: LaneStatus;
  clerk: string;
  onLock: () => void;
}) {
  const { lane, status, clerk, onLock } = props;
  const { text } = useMessages();
  const textOf = useCallback((reason: ReasonId) => text.reason.choices[reason], [text]);
  const desk = useDesk(lane, clerk, textOf);
  const fieldRef = useRef<HTMLInputElement>(null);
  const camera = useCamera((_picture, code) => desk.submit(code));
  const place = lane.place();
  const hasWays = place?.kind === 'metro';
  const printSlip = (): void => {
    if (hasSlip(desk.view)) print();
  };
  const turn = (): void => {
    if (hasWays) desk.turn();
  };
  useKeys(fieldRef, {
    submit: (typed) => void desk.submit(typed),
    clear: () => {
      if (fieldRef.current) fieldRef.current.value = '';
      desk.clear();
    },
    printSlip,
    turn,
    camera: camera.turn,
    lock: onLock,
    stepReason: desk.stepReason,
  });
  useEffect(() => fieldRef.current?.focus(), []);
  return (
    <>
      <main class="desk">
        <h1 class="unseen">{text.title}</h1>
        <div class="desk-ask">
          {hasWays && <Ways desk={desk} />}
          <label class="field field-scan">
            <span>{text.input.label}</span>
            <input
              id="scan"
              ref={fieldRef}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              aria-describedby="scan-hint"
            />
            <small id="scan-hint">{text.input.hint}</small>
          </label>
        </div>
        <Answer view={desk.view} place={place} />
        <div class="desk-deeds">
          {canAdmit(desk.view) && <Reasons desk={desk} />}
          <Deeds desk={desk} isCameraOn={camera.isOn} onSlip={printSlip} onCamera={camera.turn} />
          {camera.isOn && (
            <div class="camera">
              <video ref={camera.videoRef} muted playsInline />
              <p>{text.camera.hint}</p>
            </div>
          )}
          {camera.isDenied && <p role="alert">{text.camera.denied}</p>}
        </div>
      </main>
      <StatusLine status={status} />
      {place && hasSlip(desk.view) && <Slip view={desk.view} place={place} clerk={clerk} />}
    </>
  );
}

/** Which way people go through a metro lane. */
function Ways({ desk }: { desk: Desk }) {
  const { text } = useMessages();
  return (
    <fieldset class="ways">
      <legend>{text.direction.label}</legend>
      {(['in', 'out'] as const).map((way) => (
        <button
          key={way}
          type="button"
          class="button"
          aria-pressed={desk.direction === way}
          onClick={() => {
            if (desk.direction !== way) desk.turn();
          }}
        >
          {text.direction[way]}
          {desk.direction !== way && <kbd>*</kbd>}
        </button>
      ))}
    </fieldset>
  );
}

/** Why somebody is admitted by hand. */
function Reasons({ desk }: { desk: Desk }) {
  const { text } = useMessages();
  return (
    <label class="field">
      <span>{text.reason.label}</span>
      <select
        value={desk.reason}
        onChange={(event) => {
          const chosen = REASONS.find((known) => known === event.currentTarget.value);
          if (chosen) desk.chooseReason(chosen);
        }}
      >
        {REASONS.map((reason) => (
          <option key={reason} value={reason}>
            {text.reason.choices[reason]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The deeds, each with its key. */
function Deeds(props: {
  desk: Desk;
  isCameraOn: boolean;
  onSlip: () => void;
  onCamera: () => void;
}) {
  const { desk } = props;
  const { text } = useMessages();
  return (
    <div class="deeds">
      {canAdmit(desk.view) && (
        <button
          type="button"
          class="button button-main deed-admit"
          onClick={() => void desk.admit()}
        >
          {text.keys.admit} <kbd>Enter</kbd>
        </button>
      )}
      <button type="button" class="button" disabled={!hasSlip(desk.view)} onClick={props.onSlip}>
        {text.keys.slip} <kbd>+</kbd>
      </button>
      <button type="button" class="button" onClick={desk.clear}>
        {text.keys.clear} <kbd>Esc</kbd>
      </button>
      <button type="button" class="button" aria-pressed={props.isCameraOn} onClick={props.onCamera}>
        {text.keys.camera} <kbd>F4</kbd>
      </button>
    </div>
  );
}
