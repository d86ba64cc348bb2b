/** What the rows of scan.json are made of. */
import type { Scan, ScanAnswer, ScanGate } from '../../vectors/shapes.ts';
import { bytesOf, textOf, twinOf, withBytes } from '../world.ts';
import {
  DAY,
  END,
  makeCard,
  makeCode,
  makePass,
  NOW,
  PRINTED_CLAIMS,
  scan,
  taken,
} from './scene.ts';

export const good = await makeCode();
export const card = await makeCard();
export const cardTaken = taken(null, [], PRINTED_CLAIMS.cti);
export const pass = await makePass();
export const cut = textOf(bytesOf(good).subarray(7, 7 + 149));
export const twin = textOf(withBytes(bytesOf(good), 171, ...twinOf(bytesOf(good).subarray(171))));
export const issuerTwin = await makeCode({
  pass: withBytes(pass, 85, ...twinOf(pass.subarray(85))),
});

export type Row = readonly [name: string, description: string, ...scans: (Scan | Promise<Scan>)[]];
export const one = (text: string, expected: ScanAnswer, changes: Partial<ScanGate> = {}) =>
  scan(text, expected, changes);

export async function skewed(skew: number, expected: ScanAnswer, changes: Partial<ScanGate> = {}) {
  return scan(await makeCode({ iat: NOW + skew }), expected, changes);
}
/** A code drawn at the very second of the gate. */
export async function at(
  now: number,
  expected: ScanAnswer,
  changes: Partial<ScanGate> = {},
  exp = END,
) {
  const lists = now < NOW - DAY ? 'of the first day' : 'in order';
  const statusLists = now < NOW - DAY ? ['of the first day'] : ['phone'];
  const old = { maxStatusAgeSeconds: 40 * DAY, trustList: lists, statusLists };
  return scan(await makeCode({ claims: { exp }, iat: now }), expected, { now, ...old, ...changes });
}
