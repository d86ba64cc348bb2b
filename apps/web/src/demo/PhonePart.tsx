/** The phone: the card, big, and under it the live code with its ring. */
import { DonorCard, describeValidity } from '../shared/card/DonorCard.tsx';
import { CodeCanvas } from '../shared/code/CodeCanvas.tsx';
import { formatClock, formatDay } from '../shared/format.ts';
import { DEFAULT_ZONE, type DemoSetting } from './client.ts';
import { NOTABLE_SKEW_SECONDS, type ServerClock } from './clock.ts';
import { writeFace } from './faces.ts';
import { useMessages } from './messages.ts';
import type { Demo } from './use-demo.ts';
import { useDrag } from './use-drag.ts';
import { useNow } from './use-phone.ts';
import { type DrawnCode, REDRAW_SECONDS } from './wallet.ts';

/** The code's square on the phone, in CSS pixels: 69 modules of 4. */
const CODE_WIDTH_PX = 276;

/** The part of the page that is the donor's phone. */
export function PhonePart(props: { demo: Demo; setting: DemoSetting; clock: ServerClock }) {
  const { demo, setting, clock } = props;
  const { donor, code, fault } = demo.phone;
  const { text, language } = useMessages();
  const nowMs = useNow(clock, 250);
  const drag = useDrag(demo.gateRef, () => demo.hold());
  const skew = clock.skewSeconds();
  const isLifted = demo.gate.view.phase === 'reading';
  return (
    <section class="phone-part" id="phone" aria-label={text.phone} tabIndex={-1}>
      <div class="phone" data-lifted={isLifted ? '' : undefined} {...drag}>
        <p class="phone-head" aria-hidden="true">
          <span>{formatClock(nowMs, setting.timeZone ?? DEFAULT_ZONE)}</span>
          <i class="phone-eye" />
          <span class="phone-signal">
            <i />
            <i />
            <i />
          </span>
        </p>
        {donor && (
          <DonorCard
            key={donor.donorId}
            face={writeFace(donor, setting.city)}
            language={language}
            isAlive
          />
        )}
        <div class="code-sheet">
          <CodeCanvas
            text={code?.text ?? ''}
            widthPx={CODE_WIDTH_PX}
            label={text.codeLabel(donor?.name ?? '')}
            canvasRef={demo.canvasRef}
          />
          {fault !== undefined && (
            <p class="code-fault">
              {text.fault}
              {donor && (
                <button type="button" class="button" onClick={() => void demo.phone.show(donor)}>
                  {text.retry}
                </button>
              )}
            </p>
          )}
        </div>
        {donor && (
          <p class="card-plain">
            {donor.name} · {describeValidity(writeFace(donor, setting.city), language)}
          </p>
        )}
        {code && donor?.card.state !== 'ended' && (
          <Life code={code} nowMs={nowMs} zone={setting.timeZone ?? DEFAULT_ZONE} />
        )}
        {donor?.card.state === 'ended' && donor.card.validThrough && (
          <p class="phone-note">
            {text.endedOnPhone(formatDay(donor.card.validThrough, language))}
          </p>
        )}
      </div>
      {Math.abs(skew) > NOTABLE_SKEW_SECONDS && (
        <p class="clock-note">{text.clockNote(Math.abs(skew), skew > 0)}</p>
      )}
    </section>
  );
}

/** That the code lives: a ring that empties until the next one; a clock where motion is unwanted. */
function Life(props: { code: DrawnCode; nowMs: number; zone: string }) {
  const { code, nowMs, zone } = props;
  const { text } = useMessages();
  const passed = (nowMs - code.drawnAtMs) / 1000;
  const left = Math.min(REDRAW_SECONDS, Math.max(1, Math.ceil(REDRAW_SECONDS - passed)));
  return (
    <div class="life" aria-hidden="true">
      <svg key={code.seq} class="ring" viewBox="0 0 44 44" aria-hidden="true">
        <circle cx="22" cy="22" r="19" />
        <circle class="ring-left" cx="22" cy="22" r="19" pathLength={100} />
        <text x="22" y="23">
          {left}
        </text>
      </svg>
      <span class="life-clock">{formatClock(nowMs, zone)}</span>
      <span class="life-words">
        <b>{text.redrawIn(left)}</b>
        <span>{text.codeHint}</span>
      </span>
    </div>
  );
}
