/** Things to try: what happens when a code is copied, used twice, too old, or not needed at all. */
import { useEffect, useRef } from 'preact/hooks';
import type { ServerClock } from './clock.ts';
import { useMessages } from './messages.ts';
import type { Demo, Shot } from './use-demo.ts';
import { useNow } from './use-phone.ts';

/** A screenshot lives this long at most: 30 s, and 15 s more if the phone's clock is fast. */
const SHOT_LIFE_SECONDS = 45;
/** How far "do not wait" sets the gate's clock on. */
const AHEAD_SECONDS = 46;

/** The row of tries, and the screenshot once it is taken. */
export function Tries(props: { demo: Demo; clock: ServerClock }) {
  const { demo, clock } = props;
  const { text } = useMessages();
  const { tries } = text;
  return (
    <section class="tries" aria-labelledby="tries-title">
      <h2 id="tries-title">{tries.title}</h2>
      <div class="try-row">
        <TryButton words={tries.screenshot} onPress={demo.takeShot} />
        <TryButton words={tries.twice} onPress={() => demo.play('twice')} />
        <TryButton words={tries.ended} onPress={() => demo.play('ended')} />
        <TryButton words={tries.desk} onPress={() => demo.play('desk')} />
        <TryButton words={tries.garden} onPress={() => demo.play('garden')} />
        <TryButton words={tries.staff} onPress={() => demo.askStaff(true)} />
      </div>
      {demo.shot && <ShotPanel demo={demo} shot={demo.shot} clock={clock} />}
    </section>
  );
}

function TryButton(props: { words: readonly string[]; onPress: () => void }) {
  const [name, hint] = props.words;
  return (
    <button type="button" class="button try" onClick={props.onPress}>
      <b>{name}</b>
      <span>{hint}</span>
    </button>
  );
}

/** The screenshot with its age, and the two ways to hold it up. */
function ShotPanel(props: { demo: Demo; shot: Shot; clock: ServerClock }) {
  const { demo, shot, clock } = props;
  const { text } = useMessages();
  const hostRef = useRef<HTMLDivElement>(null);
  const nowMs = useNow(clock, 500);
  const age = Math.max(0, Math.floor((nowMs - shot.takenAtMs) / 1000));
  useEffect(() => {
    hostRef.current?.replaceChildren(shot.picture);
    hostRef.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [shot]);
  return (
    <section class="shot" aria-label={text.shot.title}>
      <div class="shot-picture" role="img" aria-label={text.shot.label} ref={hostRef} />
      <div class="shot-words">
        <p class="shot-age">{text.shot.age(age)}</p>
        <p>
          {age >= SHOT_LIFE_SECONDS
            ? text.shot.isDead
            : text.shot.untilDead(SHOT_LIFE_SECONDS - age)}
        </p>
        <progress max={SHOT_LIFE_SECONDS} value={age} aria-label={text.shot.age(age)} />
        <div class="form-ends">
          <button type="button" class="button button-main" onClick={() => demo.holdShot()}>
            {text.shot.hold}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => demo.holdShot(clock.nowMs() + AHEAD_SECONDS * 1000)}
          >
            {text.shot.ahead}
          </button>
          <button type="button" class="button button-quiet" onClick={demo.dropShot}>
            {text.shot.drop}
          </button>
        </div>
      </div>
    </section>
  );
}
