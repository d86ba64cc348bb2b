import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadProgramme } from '../programme/loader.ts';
import { isInCity } from './city-text.ts';

const { city } = loadProgramme(
  fileURLToPath(new URL('../../../../programmes/taiyuan', import.meta.url)),
);

test.each([
  ['', true],
  ['太原', true],
  ['TAIYUAN', true],
  ['140100', true],
  ['140105', true],
  ['140200', false],
  ['14010', false],
  ['1401051', false],
  ['山西省太原市', true],
  ['山西 太原', true],
  ['太原市小店区', true],
  ['山西省太原市小店区', true],
  ['山西省', false],
  ['山西省大同市', false],
  ['大同市太原路', false],
  ['河北省太原街', false],
  ['北京', false],
])('%s is the city: %s', (text, expected) => {
  expect(isInCity(city, text)).toBe(expected);
});
