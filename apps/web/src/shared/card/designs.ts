/** The five designs of the card: which there are and what they are called. */
import type { Bilingual } from '../language.ts';

/** A card's design; one for each tier. */
export type Design = 'first' | 'second' | 'bronze' | 'silver' | 'gold';

/** Every design, from the first tier to the last. */
export const DESIGNS: readonly Design[] = ['first', 'second', 'bronze', 'silver', 'gold'];

/** The name that stands on the card, so that nobody needs its colour to know it. */
export const DESIGN_NAMES: Readonly<Record<Design, Bilingual>> = {
  first: { zh: '爱心启航款', en: 'Setting Sail' },
  second: { zh: '热血奋进款', en: 'Striving On' },
  bronze: { zh: '铜奖款', en: 'Bronze Award' },
  silver: { zh: '银奖款', en: 'Silver Award' },
  gold: { zh: '金奖款', en: 'Gold Award' },
};
