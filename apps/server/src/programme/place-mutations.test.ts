/** Citations, names of places and partners, and the texts of reasons. */
import { expect, test } from 'vitest';
import { expectProblem, FILES, type Mutation, textOf } from '../../test/mutation.ts';

const PARAMETERS = 'parameters.json';
const WAIVERS = 'waivers-2026-06-09.csv';

const clauses: Mutation[] = [
  [
    'a value of an unknown clause',
    PARAMETERS,
    '"ride.passback" }',
    '"ride.pass" }',
    '"ride.pass"',
    'the clause ride.pass is not in',
  ],
  [
    'a site of an unknown clause',
    'sites.json',
    '"site.nine"',
    '"site.ten"',
    '"site.ten"',
    'the clause site.ten is not in',
  ],
  [
    'a line of an unknown clause',
    'lines.json',
    '"ride.free"',
    '"ride.gratis"',
    '"ride.gratis"',
    'the clause ride.gratis',
  ],
  [
    'a version of an unknown clause',
    'programme.json',
    '"programme.of_2025"',
    '"programme.x"',
    '"programme.x"',
    'the clause programme.x',
  ],
  [
    'an assertion of an unknown clause',
    'assertions.json',
    '"site.nine"',
    '"site.ten"',
    '"site.ten"',
    'the clause site.ten',
  ],
  [
    'a cell of an unknown clause',
    WAIVERS,
    'clinic.sample_list',
    'clinic.list',
    'clinic.list',
    'the clause clinic.list',
  ],
  [
    'a case of an unknown clause',
    'cases/trips.json',
    '"ride.passback"',
    '"ride.pass"',
    '"ride.pass"',
    'the clause ride.pass',
  ],
  [
    'a clause without a case',
    'clauses.json',
    '"id": "site.nine"',
    '"id": "site.new"',
    '"site.new"',
    'no case in cases/ shows the clause site.new',
  ],
];

const places: Mutation[] = [
  [
    'an unknown partner',
    'lines.json',
    '"partner": "bus"',
    '"partner": "tram"',
    '"tram"',
    'bus-regular: the partner tram',
  ],
  [
    'a station on no line',
    'stations.csv',
    'metro-1-02,metro-1,',
    'metro-1-02,metro-3,',
    'metro-1-02',
    'metro-3 is not a metro line',
  ],
  [
    'a station on a bus line',
    'stations.csv',
    'metro-1-02,metro-1,',
    'metro-1-02,bus-regular,',
    'metro-1-02',
    'is not a metro line',
  ],
  [
    'metres that fall',
    'stations.csv',
    ',2500,',
    ',1250,',
    'metro-1-03',
    'metres are 1250, but they rise from 1250',
  ],
  [
    'a line not from 0',
    'stations.csv',
    'metro-1,0,',
    'metro-1,1,',
    'metro-1-01',
    'a line begins at 0',
  ],
  [
    'a metro line without stations',
    'lines.json',
    '"lines": [',
    '"lines": [{"id": "metro-3", "mode": "metro", "partner": "bus", "name": {"zh": "三", "en": "3"}, "free": [{"from": "2025-02-01", "through": null, "value": true, "clause": "ride.free"}]},',
    'metro-3',
    'metro-3: the line has no station',
  ],
  [
    'a hospital twice',
    'hospitals.json',
    '"H02"',
    '"H01"',
    '"id": "H01",\n    "name": { "zh": "样例省级医院02"',
    'the name H01 is taken already, at hospitals.json:3',
  ],
  [
    'a station twice',
    'stations.csv',
    'metro-1-02,',
    'metro-1-01,',
    '1250',
    'the name metro-1-01 is taken already',
  ],
  [
    "a site by a hospital's name",
    'sites.json',
    '"zoo"',
    '"H01"',
    '"H01"',
    'the name H01 is taken already',
  ],
  [
    "a partner by a site's name",
    'lines.json',
    '{ "id": "bus"',
    '{ "id": "zoo"',
    '"zoo"',
    'the name zoo is taken already',
  ],
  [
    'a line twice',
    'lines.json',
    '"bus-regular"',
    '"metro-2"',
    '"metro-2",\n      "mode": "bus"',
    'the name metro-2 is taken already',
  ],
  [
    'a clause twice',
    'clauses.json',
    '"site.six"',
    '"site.nine"',
    '"site.nine",\n    "basis": "announcement"',
    'the name site.nine is taken already',
  ],
  [
    'a version twice',
    'programme.json',
    '"id": "2026-06-09"',
    '"id": "2025-02-01"',
    '"from": "2026-06-09"',
    'the name 2025-02-01 is taken',
  ],
];

const reasons: Mutation[] = [
  ['a code left out', 'reasons.json', '"stale"', '"old"', '{', 'the reason code stale is missing'],
  [
    'a code that is none',
    'reasons.json',
    '"stale"',
    '"old"',
    '"old"',
    'there is no reason code old',
  ],
  [
    'a placeholder of no name',
    'reasons.json',
    '{validThrough}到期',
    '{until}到期',
    '{until}',
    'nothing fills {until}',
  ],
  [
    'a placeholder that this code has not',
    'reasons.json',
    '"可以享受优待。',
    '"{validThrough}可以享受优待。',
    '"{validThrough}可以',
    'granted.text: nothing fills {validThrough}',
  ],
  [
    'a placeholder in a way on',
    'reasons.json',
    '如有疑问，',
    '{validThrough}如有疑问，',
    '{validThrough}如有疑问',
    '.wayOn: nothing fills {validThrough}',
  ],
  [
    'a language that says less',
    'reasons.json',
    'ended on {validThrough}',
    'ended',
    'card ended',
    'do not name the same things',
  ],
];

const notices: Mutation[] = [
  [
    'a notice left out',
    'notices.json',
    '"claimed"',
    '"taken"',
    '{',
    'the notice claimed is missing',
  ],
  [
    'a notice too many',
    'notices.json',
    '"claimed"',
    '"taken"',
    '"taken"',
    'there is no notice taken',
  ],
  [
    'a code that is not said',
    'notices.json',
    'Your code is {code}, good',
    'Your code is good',
    'Your code is good',
    'one_time_code.text: code,minutes stands in braces, not minutes',
  ],
  [
    'a subject that would show the code',
    'notices.json',
    '"Your Liyu code"',
    '"Your Liyu code {code}"',
    'Liyu code {code}',
    'one_time_code.subject: nothing stands in braces, not code',
  ],
];

test.each([...clauses, ...places, ...reasons, ...notices])('%s', (...mutation) => {
  expectProblem(mutation);
});

test('no notice says on a locked screen what its reader has given', () => {
  const texts = textOf(FILES, 'notices.json');
  expect(texts).not.toMatch(/血|捐|献|blood|donat|platelet/i);
});
