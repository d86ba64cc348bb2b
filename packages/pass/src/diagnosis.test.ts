/** Each way of being malformed is told in its own words. */
import { describe, expect, it } from 'vitest';
import codes from '../vectors/code.json' with { type: 'json' };
import { parseCode } from './index.ts';

describe('what is malformed says why', () => {
  it.each([
    ['another prefix', 'the code does not begin with LY1:'],
    ['421 characters', '421 characters are too many'],
    ['lower-case base45', 'not base45: character 5 is lower case'],
    ['a character outside of base45', 'not base45: character 100 is not of its alphabet'],
    ['one character too few', 'not base45: 352 characters are no whole groups'],
    ['group that overflows', 'not base45: a group overflows'],
    ['byte left over', 'bytes are left over at byte 235'],
    ['byte too few', 'the bytes end too early'],
    ['tag 18 in front', 'a tag at byte 1'],
    ['array of indefinite length', 'indefinite or reserved length at byte 1'],
    ['payload map of indefinite length', 'payload: indefinite or reserved length at byte 2'],
    ['header length not the shortest', 'not the shortest form at byte 4'],
    ['payload length not the shortest', 'not the shortest form'],
    ['iat that fits 2 bytes', 'payload: not the shortest form'],
    ['exp that fits 2 bytes', 'header: payload: not the shortest form'],
    ['payload in the wrong order', 'payload: map keys out of order'],
    ['claims in the wrong order', 'header: payload: map keys out of order'],
    ['duplicate key in the header', 'header: a map key twice'],
    ['duplicate key in the payload', 'payload: a map key twice'],
    ['duplicate claim', 'header: payload: a map key twice'],
    ['unknown header', 'the code leaves the format at its byte 6'],
    ['unknown claim', 'the pass leaves the format at its byte 74'],
    ['kind 2', 'unknown kind 2'],
    ['tier 0', 'unknown tier 0'],
    ['zone 4', 'unknown zone bits'],
    ['profile 2', 'unknown scope profile 2'],
  ])('%s: %s', (name, expected) => {
    const found = codes.cases.find((one) => one.name === name);
    const parsed = parseCode(found?.text ?? 'no such case');
    expect('malformed' in parsed ? parsed.malformed : 'well-formed').toContain(expected);
  });
});
