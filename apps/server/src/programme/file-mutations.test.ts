/** Each file by itself: what is not JSON or CSV, and what has another shape than it should. */
import { expect, test } from 'vitest';
import {
  expectProblem,
  FILES,
  type Mutation,
  mutate,
  problemsOf,
  textOf,
} from '../../test/mutation.ts';

const WAIVERS = 'waivers-2026-06-09.csv';
const PARAMETERS = 'parameters.json';
const BUS = '"value": 200, "clause": "ride.bus_fare_sample"';

const json: Mutation[] = [
  ['a remark', 'sites.json', '{', '// remark\n{', '// remark', 'not JSON: InvalidCommentToken'],
  ['a trailing comma', 'programme.json', '"140100"]', '"140100",]', '"140100",]', 'not JSON: Val'],
  [
    'a key twice',
    'programme.json',
    '"id": "taiyuan",',
    '"id": "taiyuan",\n  "id": "x",',
    '"id": "x"',
    'the key "id" stands here a second time',
  ],
  ['an unknown key', 'sites.json', '"settled"', '"paid": 1, "settled"', '"paid"', 'paid'],
  ['a language left out', 'sites.json', ', "en": "Jinci Museum"', '', '晋祠', 'English text is m'],
  ['a language empty', 'sites.json', '"晋祠博物馆"', '""', 'Jinci', '0.name.zh: the Chinese text'],
  ['no such day', PARAMETERS, '"2010-01-01"', '"2010-02-30"', '2010-02-30', '"2010-02-30" is not'],
  ['an id with a blank', 'sites.json', 'jinci-museum', 'jinci museum', 'jinci museum', 'an id is'],
  ['part of a fen', PARAMETERS, BUS, BUS.replace('200', '200.5'), '200.5', 'money is whole fen'],
  ['negative money', PARAMETERS, BUS, BUS.replace('200', '-1'), '-1,', 'money is never negative'],
  ['money as text', PARAMETERS, BUS, BUS.replace('200', '"2"'), '"2"', 'money is whole fen'],
  ['half a count', PARAMETERS, '"fromCounts": 10,', '"fromCounts": 9.5,', '9.5', 'a whole number'],
  [
    'a parameter left out',
    PARAMETERS,
    '"ride.passback_seconds"',
    '"ride.passback"',
    '"ride.passback"',
    'Unrecognized key: "ride.passback"',
  ],
  [
    'a value without a clause',
    PARAMETERS,
    ', "clause": "ride.bus_fare_sample"',
    '',
    '"value": 200 }',
    'ride.bus_fare_fen.0.clause: the clause is missing',
  ],
  [
    'no dated value',
    PARAMETERS,
    `{ "from": "2025-02-01", "through": null, ${BUS} }`,
    '',
    '"ride.bus_fare_fen"',
    'at least one dated value is wanted',
  ],
  [
    'a clause no id',
    'clauses.json',
    '"site.nine"',
    '"Nine Sites"',
    '"Nine Sites"',
    'joined by dots',
  ],
  ['an offset in words', 'programme.json', '+08:00', 'UTC+8', 'UTC+8', 'an offset is written as'],
  ['a short city code', 'programme.json', '"140100",', '"1401",', '"1401",', 'six digits'],
  [
    'an assertion without a number',
    'assertions.json',
    ', "exactly": 54',
    '',
    '"count": "hospitals"',
    'either exactly or atLeast',
  ],
  [
    'a case with two questions',
    'cases/rides.json',
    '"ask": {',
    '"ask": { "breaches": {},',
    '"breaches"',
    'a case asks exactly one question',
  ],
  [
    'a case without a clause',
    'cases/trips.json',
    '["ride.metro_fare", "ride.operators"]',
    '[]',
    '"clauses": []',
    'a case names the clause that it shows',
  ],
];

const NAMES = '["太原", "太原市", "Taiyuan", "140100"]';
const VERSIONS = textOf(FILES, 'programme.json').match(/"versions": (\[[^\]]*\])/)?.[1] ?? '';

const empty: Mutation[] = [
  ['a city without names', 'programme.json', NAMES, '[]', '"names"', 'the city has a name in'],
  ['an empty name', 'programme.json', NAMES, '[""]', '"names"', 'a name is empty'],
  ['no version', 'programme.json', VERSIONS, '[]', '"versions"', 'a programme has a version'],
  ['a table of another kind', 'programme.json', '-01.csv', '-01.txt', '-01.txt', 'is a CSV file'],
  ['a site for no card', 'sites.json', '["annual", "honour"]', '[]', '"value": []', 'is free for'],
  ['no level', 'assertions.json', '["general"]', '[]', '"levels": []', 'a level is wanted'],
  ['no number', 'cases/rides.json', '"D1"', '""', '"number": ""', 'a donation has a number'],
  [
    'no amount of blood',
    PARAMETERS,
    '[200, 250, 300, 400, 450]',
    '[]',
    '"wholeBloodMl"',
    'of whole',
  ],
  ['no amount of platelets', PARAMETERS, '[1, 2]', '[]', '"treatmentUnits"', 'of platelets is'],
  ['no months', PARAMETERS, '"value": 12', '"value": 0', '"value": 0', 'the number is 1 at least'],
  ['minus seconds', PARAMETERS, '"value": 600', '"value": -1', '"value": -1', 'is not negative'],
  ['a moment without offset', 'cases/trips.json', ':00+08:00', ':00', ':30:00"', 'is not a moment'],
];

const csv: Mutation[] = [
  ['part of a fen in a table', WAIVERS, 'amount,800,', 'amount,8.5,', '8.5', 'money is whole fen'],
  ['negative money in a table', WAIVERS, 'amount,800,', 'amount,-8,', '-8', 'not negative'],
  ['an amount that is not there', WAIVERS, 'amount,800,', 'amount,,', 'amount,,', 'amount_fen is'],
  ['an amount too many', WAIVERS, 'full,,,,', 'full,5,,,', 'full,5', 'amount_fen is filled for'],
  ['a share too many', WAIVERS, 'full,,,,', 'full,,5,,', 'full,,5', 'basis_points is filled for'],
  ['a cap on nothing', WAIVERS, 'none,,,,', 'none,,,9,', 'none,,,9', 'a waiver of nothing has no'],
  ['more than the whole', WAIVERS, '5000,1000', '10001,1000', '10001', 'basis_points lie between'],
  ['a level of no name', WAIVERS, 'annual,chief', 'annual,head', 'annual,head', 'level: '],
  ['no clause in a table', WAIVERS, 'clinic.sample_list', '', '5000,1000,', 'clause: a clause id'],
  ['a cell too few', WAIVERS, 'full,,,,', 'full,,,', 'H01,annual,general', 'the row has 7 cells'],
  ['other headings', WAIVERS, 'cap_fen', 'cap', 'basis_points', 'the headings are "hospital,card'],
  [
    'an open quotation mark',
    WAIVERS,
    'H54,annual,chief',
    '"H54,annual,chief',
    'H54,honour,renowned_expert',
    'not CSV: ',
  ],
  ['metres with a unit', 'stations.csv', ',1250,', ',1250m,', '1250m', 'metres are a whole number'],
  [
    'a station without its Chinese name',
    'stations.csv',
    '一号线样例站02',
    '',
    '1250',
    'name_zh: the',
  ],
  [
    'a station without its English name',
    'stations.csv',
    ',Sample station 1-02',
    ',',
    '1250',
    'name_en: the',
  ],
  ['a mark of no kind', 'stations.csv', ',,1', ',,yes', ',,yes', 'yes is 1, no is 0'],
  ['not in UTF-8', 'stations.csv', '样例站01', '\uFFFD站', '\uFFFD', 'the file is not in UTF-8'],
];

test.each([...json, ...empty, ...csv])('%s', (...mutation) => {
  expectProblem(mutation);
});

test.each([...FILES.keys()].filter((name) => !name.startsWith('cases/')))(
  'without %s the programme does not load',
  (file) => {
    const files = new Map(FILES);
    files.delete(file);
    expect(problemsOf(files)).toContainEqual({ file, line: 1, message: 'the file is missing' });
  },
);

test('a file that nothing reads is named', () => {
  const files = new Map(FILES).set('waivers-2027-01-01.csv', textOf(FILES, WAIVERS));
  expect(problemsOf(files)).toEqual([
    { file: 'waivers-2027-01-01.csv', line: 1, message: expect.stringContaining('nothing reads') },
  ]);
});

test('an empty table is named', () => {
  const files = new Map(FILES).set('stations.csv', '');
  expect(problemsOf(files)).toContainEqual({
    file: 'stations.csv',
    line: 1,
    message: 'the table is empty',
  });
});

test('a refused row is told once, not again as a missing cell', () => {
  const problems = problemsOf(mutate(WAIVERS, 'amount,800,', 'amount,8.5,'));
  expect(problems.filter(({ message }) => message.includes('is missing'))).toEqual([]);
});
