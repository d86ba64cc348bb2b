/** The page on which a card is printed: what stands on it, in both languages, and how large. */
import { addDays, dayOf, dayText, type Instant, type Text } from '@liyu/domain/kernel';
import { type Programme, parameterOn, type TierId } from '@liyu/domain/programme';
import { encode } from 'uqr';
import { typesetPage } from '../edge/typeset.ts';

/** What is printed. The name is masked or full, as the programme says. */
export interface CardFacts {
  readonly code: string;
  readonly cardNumber: string;
  readonly name: string;
  /** 1 first to 5 gold, as the pass says. */
  readonly tier: number;
  readonly honour: boolean;
  /** When the printed pass ends, exclusive. */
  readonly endsAt: string;
}

/** The side of one black square of the code; half a millimetre is the least that prints well. */
const MODULE_MM = 0.55;

const TIER_IDS: readonly TierId[] = ['first', 'second', 'bronze', 'silver', 'gold'];

/** Everything that the template reads. */
export function cardPage(programme: Programme, facts: CardFacts, at: Instant): object {
  const tierId = TIER_IDS[facts.tier - 1];
  const today = dayOf(at, programme.zone);
  const tier = parameterOn(programme, 'tiers', today).value.find(({ id }) => id === tierId);
  if (tier === undefined) throw new Error('invariant broken: a pass has a tier of the programme');
  const { counter } = programme.city;
  const lastDay = dayText(addDays(dayOf(facts.endsAt as Instant, programme.zone), -1));
  const limits = parameterOn(programme, 'code.printed_limits', today).value;
  return {
    title: programme.name,
    tier: tier.id,
    tierName: tier.name,
    kind: facts.honour ? { zh: '荣誉卡', en: 'Honour card' } : { zh: '年卡', en: 'Annual card' },
    number: facts.cardNumber.replace(/(\d{4})(?=\d)/g, '$1 '),
    name: facts.name,
    validThrough: { zh: `有效至${lastDay.zh}`, en: `Valid through ${lastDay.en}` },
    call: { zh: `服务电话 ${counter.telephone}`, en: `Telephone ${counter.telephone}` },
    ...WORDS,
    howTo: howTo(lastDay, limits.secondsBetween / 60, limits.usesADay),
    ...(counter.sample ? SAMPLE : { sample: null, sampleShort: null }),
    rows: rowsOf(facts.code),
    moduleMm: MODULE_MM,
    seed: seedOf(facts.cardNumber),
  };
}

/** Sets the page as PDF. */
export function setCardPage(page: object, at: Instant): Buffer {
  return typesetPage('card.typ', page, at);
}

/** The code as rows of 1 for black and 0 for white, without its quiet zone, at level Q. */
function rowsOf(code: string): string[] {
  const { data } = encode(code, { ecc: 'Q', border: 0 });
  return data.map((row) => row.map((isBlack) => (isBlack ? '1' : '0')).join(''));
}

/** Bytes from the card's number, so that no two cards are woven alike. */
function seedOf(cardNumber: string): number[] {
  let state = 2_166_136_261;
  const bytes: number[] = [];
  for (let at = 0; at < 24; at += 1) {
    for (const figure of cardNumber) {
      state = Math.imul(state ^ (figure.charCodeAt(0) + at), 16_777_619) >>> 0;
    }
    bytes.push(state >>> 24);
  }
  return bytes;
}

const WORDS = {
  cut: {
    zh: '沿外框剪下，沿虚线对折，可过塑。折叠处不要压住二维码。',
    en: 'Cut along the frame and fold along the dashed line. Keep the code flat and clean.',
  },
  showIt: { zh: '请在人工处出示本面', en: 'Show this side to staff' },
  howToTitle: { zh: '怎样使用', en: 'How to use it' },
};

const SAMPLE = {
  sample: {
    zh: '样例数据：电话和卡都不能用。',
    en: 'Sample data: neither number nor card is real.',
  },
  sampleShort: { zh: '样例', en: 'Sample' },
};

function howTo(lastDay: Text, minutes: number, usesADay: number): Text[] {
  return [
    {
      zh: '乘地铁、公交：走人工通道，把二维码一面给工作人员扫。自动闸机不认实体卡。',
      en: 'Metro and bus: go to the staffed lane and let staff scan the side with the code. Gates without staff do not take it.',
    },
    {
      zh: '看门诊：在挂号收费窗口先出示卡，再缴费。',
      en: 'Outpatient clinic: show the card at the registration desk before you pay.',
    },
    {
      zh: '游景区：在入口给工作人员扫。',
      en: 'Scenic sites: let staff at the entrance scan it.',
    },
    {
      zh: `同一地点${minutes}分钟内用一次，一天最多用${usesADay}次。限本人使用，请带上身份证件。`,
      en: `Once in ${minutes} minutes at one place, ${usesADay} times a day at most. It is for you alone: bring your identity document.`,
    },
    {
      zh: `本卡有效至${lastDay.zh}。到期、遗失或损坏，请到服务点免费换发；换发后旧卡即作废。`,
      en: `Good through ${lastDay.en}. When it ends, or is lost or damaged, a counter prints another one free of charge, and the old one ends.`,
    },
  ];
}
