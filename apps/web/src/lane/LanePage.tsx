/** The page: it holds the lane, enrols it once, lets a clerk in, and locks itself. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { useElderSwitch } from '../shared/elder.ts';
import { LanguageContext, useLanguageSwitch, usePick } from '../shared/language.ts';
import { Mark } from '../shared/Mark.tsx';
import { type Clerk, signOut } from './clerk.ts';
import { DeskPart } from './DeskPart.tsx';
import { holdLane } from './hold.ts';
import { type Identity, type Keep, openKeep } from './keep.ts';
import { type Lane, type LaneStatus, openLane } from './lane.ts';
import { useMessages } from './messages.ts';
import { SetUp } from './SetUp.tsx';
import { SignIn } from './SignIn.tsx';
import { useIdle } from './use-idle.ts';

/** Whoever walks away is locked out after this long. */
export const IDLE_MS = 180_000;
/** How often the ages in the status line are counted on. */
const TICK_MS = 1000;

type Phase = 'starting' | 'elsewhere' | 'broken' | 'setUp' | 'ready';

/** The whole page. */
export function LanePage() {
  const [language, setLanguage] = useLanguageSwitch();
  const [isElder, setElder] = useElderSwitch();
  const opened = useOpened();
  const [clerk, setClerk] = useState<Clerk>();
  const [last, setLast] = useState<string>();
  const lock = useCallback(() => {
    setClerk((before) => {
      if (before !== undefined) setLast(before.name);
      return undefined;
    });
  }, []);
  useIdle(IDLE_MS, lock);
  const leave = async (): Promise<void> => {
    setClerk(undefined);
    setLast(undefined);
    if (clerk !== undefined) await opened.keep?.removeUnlock(clerk.name);
    await signOut();
  };
  return (
    <LanguageContext value={language}>
      <Bar
        lane={opened.lane}
        clerk={clerk}
        isElder={isElder}
        onElder={() => setElder(!isElder)}
        onLanguage={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
        onLock={lock}
        onLeave={() => void leave()}
      />
      <Room opened={opened} clerk={clerk} last={last} onClerk={setClerk} onLock={lock} />
    </LanguageContext>
  );
}

interface Opened {
  readonly phase: Phase;
  readonly keep?: Keep;
  readonly identity?: Identity;
  readonly lane?: Lane;
  readonly status?: LaneStatus;
  enrolled(identity: Identity): void;
}

/** Opens keep and lane, once this page holds them. */
function useOpened(): Opened {
  const [phase, setPhase] = useState<Phase>('starting');
  const [keep, setKeep] = useState<Keep>();
  const [identity, setIdentity] = useState<Identity>();
  const [lane, setLane] = useState<Lane>();
  const [status, setStatus] = useState<LaneStatus>();
  const fail = useCallback(() => setPhase('broken'), []);
  useEffect(() => {
    const open = async (): Promise<void> => {
      await holdLane(() => setPhase('elsewhere'));
      void navigator.storage?.persist?.();
      const found = await openKeep();
      const known = await found.find('identity');
      setKeep(found);
      setIdentity(known);
      if (known === undefined) setPhase('setUp');
    };
    open().catch(fail);
  }, [fail]);
  useEffect(() => {
    if (keep === undefined || identity === undefined) return;
    let open: Lane | undefined;
    let isGone = false;
    const look = (): void => {
      if (open !== undefined) setStatus(open.status());
    };
    const timer = setInterval(look, TICK_MS);
    openLane(identity, keep, look).then((made) => {
      if (isGone) return made.stop();
      open = made;
      look();
      setLane(made);
      setPhase('ready');
    }, fail);
    return () => {
      isGone = true;
      clearInterval(timer);
      open?.stop();
    };
  }, [keep, identity, fail]);
  const enrolled = useCallback(
    (fresh: Identity) => {
      void keep?.put('identity', fresh).then(() => setIdentity(fresh), fail);
    },
    [keep, fail],
  );
  return {
    phase,
    enrolled,
    ...(keep ? { keep } : {}),
    ...(identity ? { identity } : {}),
    ...(lane ? { lane } : {}),
    ...(status ? { status } : {}),
  };
}

/** Whose lane this is, where, and the switches. */
function Bar(props: {
  lane: Lane | undefined;
  clerk: Clerk | undefined;
  isElder: boolean;
  onElder: () => void;
  onLanguage: () => void;
  onLock: () => void;
  onLeave: () => void;
}) {
  const { text, language } = useMessages();
  const pick = usePick();
  const { clerk } = props;
  const place = props.lane?.place();
  useEffect(() => {
    document.title = `${text.title} · ${text.brand}`;
  }, [text]);
  return (
    <header class="bar">
      {clerk && (
        <a class="skip button" href="#scan">
          {text.skip}
        </a>
      )}
      <p class="brand">
        <Mark />
        <b>{place ? pick(place.name) : text.title}</b>
        {place && <span>{text.title}</span>}
        {place?.isSample && <small class="sample">{text.slip.sample}</small>}
      </p>
      <div class="switches">
        <button type="button" class="button" aria-pressed={props.isElder} onClick={props.onElder}>
          {text.elder}
        </button>
        <button
          type="button"
          class="button"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={props.onLanguage}
        >
          {language === 'en' ? '中文' : 'English'}
        </button>
        {clerk && (
          <>
            <button type="button" class="button" onClick={props.onLock}>
              {text.bar.lock} <kbd>F9</kbd>
            </button>
            <button type="button" class="button" onClick={props.onLeave}>
              <span class="clerk">{clerk.name} · </span>
              {text.bar.signOut}
            </button>
          </>
        )}
      </div>
    </header>
  );
}

/** What the page is about now. */
function Room(props: {
  opened: Opened;
  clerk: Clerk | undefined;
  last: string | undefined;
  onClerk: (clerk: Clerk) => void;
  onLock: () => void;
}) {
  const { opened, clerk } = props;
  const { text } = useMessages();
  const { phase, keep, identity, lane, status } = opened;
  if (phase === 'setUp') return <SetUp onEnrolled={opened.enrolled} />;
  if (phase !== 'ready' || !keep || !identity || !lane || !status) {
    const words = phase === 'elsewhere' || phase === 'broken' ? text[phase] : undefined;
    return (
      <main class="gatehouse" aria-live="polite">
        <div>
          <h1>{words?.title ?? text.starting}</h1>
          {words && <p>{words.hint}</p>}
        </div>
      </main>
    );
  }
  if (lane.place()?.kind === 'clinic') {
    return (
      <main class="gatehouse">
        <h1>{text.needsDesk}</h1>
      </main>
    );
  }
  if (clerk === undefined) {
    return (
      <SignIn
        keep={keep}
        identity={identity}
        last={props.last}
        isReached={status.isReached}
        onSignedIn={props.onClerk}
      />
    );
  }
  return <DeskPart lane={lane} status={status} clerk={clerk.name} onLock={props.onLock} />;
}
