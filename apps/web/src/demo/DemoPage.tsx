/** The page: its switches, the first load, and the three parts once the setting is there. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { useElderSwitch } from '../shared/elder.ts';
import { formatDay } from '../shared/format.ts';
import { LanguageContext, useLanguageSwitch, usePick } from '../shared/language.ts';
import { Mark } from '../shared/Mark.tsx';
import { client, type DemoSetting } from './client.ts';
import { createServerClock, type ServerClock } from './clock.ts';
import { Donors } from './Donors.tsx';
import { GatePart } from './GatePart.tsx';
import { LedgerPart } from './LedgerPart.tsx';
import { useMessages } from './messages.ts';
import { PhonePart } from './PhonePart.tsx';
import { Tries } from './Tries.tsx';
import { useDemo } from './use-demo.ts';

/** The whole page. */
export function DemoPage() {
  const [language, setLanguage] = useLanguageSwitch();
  const [isElder, setElder] = useElderSwitch();
  const [clock] = useState(createServerClock);
  const [setting, setSetting] = useState<DemoSetting>();
  const [hasFailed, setFailed] = useState(false);
  const load = useCallback(() => {
    setFailed(false);
    client.loadSetting().then(
      ({ answer, timing }) => {
        clock.learn(answer.now, timing);
        setSetting(answer);
      },
      () => setFailed(true),
    );
  }, [clock]);
  useEffect(load, [load]);
  return (
    <LanguageContext value={language}>
      <Switches
        isElder={isElder}
        onElder={setElder}
        onLanguage={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
      />
      {setting ? (
        <Stage setting={setting} clock={clock} />
      ) : (
        <Opening hasFailed={hasFailed} onRetry={load} />
      )}
    </LanguageContext>
  );
}

/** The bar at the head: whose page this is, that it is a sample, and the two switches. */
function Switches(props: {
  isElder: boolean;
  onElder: (isOn: boolean) => void;
  onLanguage: () => void;
}) {
  const { text, language } = useMessages();
  return (
    <header class="bar">
      <a class="skip button" href="#phone">
        {text.skip}
      </a>
      <a class="brand" href="/">
        <Mark />
        <b>{text.brand}</b>
        <span lang={language === 'en' ? 'zh-CN' : 'en'}>{language === 'en' ? '礼遇' : 'Liyu'}</span>
      </a>
      <p class="sample">
        <b>{text.sample}</b>
        <span class="sample-note">{text.sampleNote}</span>
      </p>
      <div class="switches">
        <button
          type="button"
          class="button"
          aria-pressed={props.isElder}
          onClick={() => props.onElder(!props.isElder)}
        >
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
      </div>
    </header>
  );
}

/** What stands there until the setting has come, and when it does not. */
function Opening(props: { hasFailed: boolean; onRetry: () => void }) {
  const { text } = useMessages();
  return (
    <main class="opening" aria-live="polite">
      <h1>{props.hasFailed ? text.fault : text.loading}</h1>
      {props.hasFailed && (
        <>
          <p>{text.faultHint}</p>
          <button type="button" class="button button-main" onClick={props.onRetry}>
            {text.retry}
          </button>
        </>
      )}
    </main>
  );
}

/** Donors, then phone, gate and ledger. */
function Stage(props: { setting: DemoSetting; clock: ServerClock }) {
  const { setting, clock } = props;
  const { text, language } = useMessages();
  const pick = usePick();
  const demo = useDemo(setting, clock);
  const city = pick(setting.city);
  useEffect(() => {
    document.title = `${text.title(city)} · ${text.brand}`;
  }, [text, city]);
  return (
    <main class="stage">
      <div class="head">
        <div class="words">
          <h1>{text.title(city)}</h1>
          <p class="lead">{text.lead}</p>
        </div>
        <Donors demo={demo} setting={setting} />
      </div>
      <PhonePart demo={demo} setting={setting} clock={clock} />
      <GatePart demo={demo} setting={setting} />
      <LedgerPart lines={demo.lines} setting={setting} />
      <Tries demo={demo} clock={clock} />
      <p class="foot">
        {text.inForce(formatDay(setting.from, language))} · {text.sampleNote}
      </p>
    </main>
  );
}
