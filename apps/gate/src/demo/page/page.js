/** The demo's page: asks for the state once a second, and after each wish. */
import { TEXTS } from '/texts.js';

const OPEN_MS = 3000;
const at = (id) => document.getElementById(id);
const page = { language: 'zh-CN', direction: 'in', state: null, openUntil: 0, lastAt: '' };
const say = () => TEXTS[page.language];

async function ask(path, wish) {
  const request = wish && { method: 'POST', body: JSON.stringify(wish) };
  const response = await fetch(path, request);
  if (response.ok) render(await response.json());
}
const wish = (what) => ask('/wish', what);

function renderTexts() {
  document.documentElement.lang = page.language;
  document.title = `${say().title} · Liyu`;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = say()[element.dataset.text];
  }
  at('language').textContent = say().language;
  at('language').lang = page.language === 'en' ? 'zh-CN' : 'en';
}

function renderDonors({ donors, isRunning }) {
  const list = at('donors');
  if (list.childElementCount !== donors.length) {
    list.replaceChildren(
      ...donors.map(({ name }, donor) => {
        const button = document.createElement('button');
        button.className = 'button';
        button.type = 'button';
        button.textContent = name;
        button.addEventListener('click', () =>
          wish({ do: 'show', donor, direction: page.direction }),
        );
        const entry = document.createElement('li');
        entry.append(button);
        return entry;
      }),
    );
  }
  for (const button of list.querySelectorAll('button')) button.disabled = !isRunning;
}

function renderAnswer(last) {
  const { answer } = last ?? {};
  const box = at('answer');
  const kind = last === undefined ? '' : answer?.open ? 'yes' : 'no';
  if (last !== undefined && last.at !== page.lastAt) {
    page.lastAt = last.at;
    page.openUntil = answer?.open && answer.turnstile === 'opened' ? Date.now() + OPEN_MS : 0;
    setTimeout(() => render(page.state), OPEN_MS);
  }
  at('arms').classList.toggle('open', Date.now() < page.openUntil);
  const words = { '': say().idleWord, yes: say().yes, no: say().no };
  const language = page.language === 'en' ? 'en' : 'zh';
  const said = [
    words[kind],
    last === undefined ? say().idle : (answer?.message?.[language] ?? say().silent),
    kind === 'no' ? (answer?.wayOn?.[language] ?? say().staffed) : '',
    answer ? [answer.code, answer.detail, ...answer.marks].filter(Boolean).join(' · ') : '',
  ];
  // Written only when it changes: each writing is read aloud.
  const key = JSON.stringify([kind, last?.at, page.language]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.className = `answer ${kind}`;
  for (const [index, id] of ['word', 'message', 'way-on', 'detail'].entries()) {
    at(id).textContent = said[index];
  }
}

function renderAgent({ isRunning, isCut, status }) {
  at('process').textContent = isRunning ? say().running : say().dead;
  at('network').textContent = isCut ? say().off : say().on;
  at('epoch').textContent = status?.bootEpoch ?? '–';
  at('waiting').textContent = status?.spool?.waiting ?? '–';
  const seconds = status?.contactAgeSeconds;
  at('contact').textContent = typeof seconds === 'number' ? say().ago(seconds) : say().never;
  at('wire').textContent = isCut ? say().mend : say().cut;
  at('power').textContent = isRunning ? say().kill : say().start;
}

function renderTried({ tried }) {
  at('tried').replaceChildren(
    ...tried.map(({ at: moment, donor, direction, isCopy, answer }) => {
      const entry = document.createElement('li');
      const time = new Date(moment).toLocaleTimeString(page.language);
      const copy = isCopy ? `（${say().copy}）` : '';
      entry.textContent = `${time} ${donor}${copy} ${say()[direction]}: ${answer?.code ?? '–'}`;
      return entry;
    }),
  );
}

function render(state) {
  if (state === null) return;
  page.state = state;
  at('venue').textContent = page.language === 'en' ? state.venue.en : state.venue.zh;
  renderDonors(state);
  renderAnswer(state.tried[0]);
  renderAgent(state);
  renderTried(state);
  const image = at('code');
  if (state.code !== null && image.dataset.code !== state.code) {
    image.dataset.code = state.code;
    image.src = `/code.svg?${state.tried.length}-${Date.now()}`;
    image.hidden = false;
  }
  image.alt = state.code === null ? '' : say().codeOf(state.tried[0]?.donor ?? '');
  at('again').disabled = state.code === null || !state.isRunning;
}

function choose(direction) {
  page.direction = direction;
  for (const id of ['in', 'out']) at(id).setAttribute('aria-pressed', String(id === direction));
}

at('in').addEventListener('click', () => choose('in'));
at('out').addEventListener('click', () => choose('out'));
at('again').addEventListener('click', () => wish({ do: 'again' }));
at('wire').addEventListener('click', () => wish({ do: page.state?.isCut ? 'mend' : 'cut' }));
at('power').addEventListener('click', () => wish({ do: page.state?.isRunning ? 'kill' : 'start' }));
at('language').addEventListener('click', () => {
  page.language = page.language === 'en' ? 'zh-CN' : 'en';
  renderTexts();
  render(page.state);
});
renderTexts();
await ask('/state');
setInterval(() => ask('/state').catch(() => undefined), 1000);
