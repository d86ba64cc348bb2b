/**
 * Canary donors: a thousand people whose names, documents, telephone numbers and days of birth
 * stand nowhere else, each with a part that all share, so that one leak of one of them is found.
 */

import { residentCheckDigit } from '../../src/donor/document.ts';
import { HEADING } from '../test-core.ts';

/** The part that all canaries share, by what it is part of. */
export const SECRETS = {
  name: '龘靐',
  'name of a foreigner': 'Zyxqwv',
  document: '14019919370219',
  passport: 'QXZ7319',
  telephone: '19912345',
  'day of birth': '1937-02-19',
} as const;

const DONORS = 1000;
const GIVEN = '天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳';

/** The documents of the canaries, residents first. */
export const DOCUMENTS: readonly string[] = Array.from({ length: DONORS }, (_, at) => {
  if (at % 10 === 9) return `${SECRETS.passport}${String(at).padStart(4, '0')}`;
  const first17 = `${SECRETS.document}${String(at).padStart(3, '0')}`;
  return first17 + residentCheckDigit(first17);
});

function rowOf(at: number): string {
  const document = DOCUMENTS[at] ?? '';
  const isForeign = at % 10 === 9;
  const given = GIVEN[at % GIVEN.length] ?? '';
  const name = isForeign ? `${SECRETS['name of a foreigner']} ${at}` : `${SECRETS.name}${given}`;
  const type = isForeign ? 'passport' : 'resident_id';
  const born = isForeign ? '1937-02-19' : '';
  const phone = `${SECRETS.telephone}${String(at).padStart(3, '0')}`;
  const day = `2026-0${1 + (at % 9)}-10`;
  return [`CAN${at}`, name, type, document, phone, day, 'whole_blood', '200', '', born].join(',');
}

const HEADINGS = `${HEADING},born_on`;

/** The donation file of the canaries. */
export function canaryFile(): string {
  return [HEADINGS, ...DOCUMENTS.map((_, at) => rowOf(at))].join('\n');
}

/** Rows that are wrong in every column that names a person, conflict, or differ from what is known. */
export function wrongFile(): string {
  const [name, document, phone] = [SECRETS.name, DOCUMENTS[0] ?? '', `${SECRETS.telephone}000`];
  const row = (...cells: string[]): string => cells.join(',');
  const gift = ['2026-03-10', 'whole_blood', '200', '', ''];
  return [
    HEADINGS,
    row('W1', `${name}\uFFFD`, 'resident_id', document, phone, ...gift),
    row('W2', `${name}甲`, 'resident_id', `${SECRETS.document}9999`, phone, ...gift),
    row('W3', `${name}甲`, 'resident_id', document, `${phone}77`, ...gift),
    row('W4', `${name}乙`, 'resident_id', document, phone, ...gift),
    row(
      'W5',
      `${name}甲`,
      'passport',
      `${SECRETS.passport}9998`,
      phone,
      ...gift.slice(0, 4),
      'x19370219',
    ),
    row('CAN1', `${name}丙`, 'resident_id', DOCUMENTS[1] ?? '', phone, ...gift),
    row(
      document,
      phone,
      name ?? '',
      name ?? '',
      name ?? '',
      phone,
      document,
      phone,
      document,
      phone,
    ),
    row(name, document, name, name, phone, '1937-02-19', name, name, '', name),
    row('W7', 'resident_id', document, phone, name, ...gift.slice(0, 4), phone),
    row('W6', '', 'resident_id', `${SECRETS.document.slice(0, 12)}E+17`, phone, ...gift),
  ].join('\n');
}
