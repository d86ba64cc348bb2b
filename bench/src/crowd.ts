/**
 * Many donors with a pass and some showings each, and the gate that reads them: what the scan
 * benchmarks are fed with. Made from fresh keys each time.
 */
import type { PassCrypto, TrustList, VerifyAt } from '@liyu/pass';
import { buildStatusList, GATE_WINDOW, readStatus, showCode, signPass } from '@liyu/pass';
import { generateKey } from '@liyu/pass/node';

/** One showing, and the same signature for raw verification. */
export interface CrowdShowing {
  readonly text: string;
  readonly donor: number;
}

/** The crowd at a gate. */
export interface Crowd {
  readonly showings: readonly CrowdShowing[];
  readonly holders: readonly ReturnType<typeof generateKey>[];
  readonly at: VerifyAt;
}

const DAY = 86_400;
const ANCHOR = 1_780_243_200;
/** The crowd's noon: nothing here reads a clock. */
export const NOON = ANCHOR + 3 * DAY + DAY / 2;

/** `donors` passes with `showingsEach` codes each, one donor after the other in every round. */
export async function makeCrowd(donors: number, showingsEach: number): Promise<Crowd> {
  const issuer = generateKey();
  const kid = Uint8Array.of(0x0a, 1);
  const holders = Array.from({ length: donors }, generateKey);
  const passes = await Promise.all(
    holders.map((holder, donor) => {
      const cti = new Uint8Array(8);
      new DataView(cti.buffer).setUint32(4, donor);
      const scope = {
        kind: 'phone',
        tier: 3,
        honour: true,
        zones: ['metro', 'bus'],
        statusIndex: donor,
      } as const;
      const claims = { kid, exp: ANCHOR + 7 * DAY, cti, holderKey: holder.point, scope };
      return signPass(claims, issuer.signer);
    }),
  );
  const showings: CrowdShowing[] = [];
  for (let seq = 0; seq < showingsEach; seq += 1) {
    for (const [donor, pass] of passes.entries()) {
      const holder = holders[donor];
      if (holder === undefined) continue;
      const text = await showCode(pass, holder.signer, { iat: NOON - 3, seq });
      showings.push({ text, donor });
    }
  }
  return { showings, holders, at: gateOf(kid, issuer.point, donors) };
}

function gateOf(
  kid: Uint8Array,
  key: Parameters<PassCrypto['importKey']>[1],
  listSize: number,
): VerifyAt {
  const entry = {
    kid,
    alg: -7,
    key,
    use: 'phone',
    notBefore: ANCHOR,
    notAfter: ANCHOR + 100 * DAY,
    lifeSeconds: 7 * DAY,
    anchor: ANCHOR,
    statusAddress: 'https://example.org/status-lists/1',
    listSize,
  } as const;
  const trustList: TrustList = { version: 1, iat: NOON, exp: NOON + DAY, entries: [entry] };
  const bits = buildStatusList(listSize, []);
  return {
    now: NOON,
    zone: 'metro',
    window: GATE_WINDOW,
    acceptPrinted: false,
    trustList,
    statusOf: (_kid, index) => readStatus(bits, listSize, index),
    statusAgeSeconds: 60,
    maxStatusAgeSeconds: DAY,
  };
}
