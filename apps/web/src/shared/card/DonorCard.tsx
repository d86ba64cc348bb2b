/** The donor's card: one shape for all, five materials, and everything on it said in type. */
import type { ComponentType } from 'preact';
import { useId } from 'preact/hooks';
import './donor-card.css';
import { formatCardNumber, formatCounts, formatDay } from '../format.ts';
import type { Bilingual, Language } from '../language.ts';
import { Mark } from '../Mark.tsx';
import { DESIGN_NAMES, type Design } from './designs.ts';
import { GoldCard } from './GoldCard.tsx';
import { CARD } from './Material.tsx';
import { BronzeCard, SilverCard } from './MetalCards.tsx';
import { RiverCard } from './RiverCard.tsx';
import { WallCard } from './WallCard.tsx';

/** What stands on a card. The name comes masked; counts are exact sums as decimal text. */
export interface DonorCardFace {
  readonly design: Design;
  readonly kind: 'annual' | 'honour';
  readonly number: string;
  readonly holder: string;
  readonly city: Bilingual;
  readonly cityCounts: string;
  readonly awardCounts: string;
  /** The last civil day on which the card is good; null for life. */
  readonly validThrough: string | null;
  readonly hasEnded: boolean;
}

const GROUNDS: Readonly<Record<Design, ComponentType<{ id: string; number: string }>>> = {
  first: RiverCard,
  second: WallCard,
  bronze: BronzeCard,
  silver: SilverCard,
  gold: GoldCard,
};

/** The card's few words in one language. */
interface CardWords {
  readonly thanks: (city: string) => string;
  readonly annual: string;
  readonly honour: string;
  readonly unit: (counts: string) => string;
  readonly award: (counts: string) => string;
  readonly through: (day: string) => string;
  readonly ended: (day: string) => string;
  readonly forLife: string;
}

const WORDS: Readonly<Record<Language, CardWords>> = {
  'zh-CN': {
    thanks: (city) => `${city} · 礼遇无偿献血者`,
    annual: '年卡',
    honour: '荣誉卡',
    unit: () => '次',
    award: (counts) => `奉献奖累计 ${counts} 次`,
    through: (day) => `有效期至${day}`,
    ended: (day) => `已于${day}到期`,
    forLife: '终身有效',
  },
  en: {
    thanks: (city) => `${city} thanks you`,
    annual: 'Annual card',
    honour: 'Honour card',
    unit: (counts) => (counts === '1' ? 'count' : 'counts'),
    award: (counts) => `Award counts ${counts}`,
    through: (day) => `Through ${day}`,
    ended: (day) => `Ended on ${day}`,
    forLife: 'Valid for life',
  },
};

/** Until when a card is good, in words. */
export function describeValidity(face: DonorCardFace, language: Language): string {
  const words = WORDS[language];
  if (face.validThrough === null) return words.forLife;
  const day = formatDay(face.validThrough, language);
  return face.hasEnded ? words.ended(day) : words.through(day);
}

/** The card. A small one leaves out what cannot be read at its size. */
export function DonorCard(props: {
  face: DonorCardFace;
  language: Language;
  isSmall?: boolean;
  isAlive?: boolean;
}) {
  const { face, language } = props;
  const id = useId();
  const words = WORDS[language];
  const Pattern = GROUNDS[face.design];
  const names = DESIGN_NAMES[face.design];
  const counts = formatCounts(face.cityCounts);
  const first = language === 'en' ? names.en : names.zh;
  const second = language === 'en' ? names.zh : names.en;
  const city = language === 'en' ? face.city.en : face.city.zh;
  return (
    <div
      class={`card card-${face.design}${props.isSmall ? ' card-small' : ''}`}
      data-ended={face.hasEnded ? '' : undefined}
    >
      <div class="card-face">
        <svg
          class="card-ground"
          viewBox={`0 0 ${CARD.width} ${CARD.height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <Pattern id={id} number={face.number} />
        </svg>
        {props.isAlive && !face.hasEnded && (
          <span class="card-sheen" aria-hidden="true">
            <i />
          </span>
        )}
        <div class="card-text">
          <p class="card-thanks">
            <Mark /> <span>{words.thanks(city)}</span>
          </p>
          <p class="card-design">
            <b>{first}</b>
            <span lang={language === 'en' ? 'zh-CN' : 'en'}>{second}</span>
          </p>
          <p class="card-kind">{face.kind === 'honour' ? words.honour : words.annual}</p>
          <p class="card-counts">
            <b>{counts}</b>
            <span>{words.unit(counts)}</span>
          </p>
          <p class="card-holder">{face.holder}</p>
          <p class="card-award">{words.award(formatCounts(face.awardCounts))}</p>
          <p class="card-number">{formatCardNumber(face.number)}</p>
          <p class="card-validity">{describeValidity(face, language)}</p>
        </div>
      </div>
    </div>
  );
}
