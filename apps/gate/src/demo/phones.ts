/** The donors' phones of the demo: each has keys of its own, and passes from the server for them. */
import { decompressY, fromBase64Url, type Signer, showCode, toBase64Url } from '@liyu/pass';
import { generateKey } from '@liyu/pass/node';
import { z } from 'zod';
import { ask, jsonOf } from '../agent/http-client.ts';

const WITHIN_MS = 15_000;
const MOST_BYTES = 4_194_304;
/** A pass a week, five weeks ahead. */
const KEYS = 6;

const SETTING = z.object({
  now: z.string(),
  donors: z.array(
    z.object({
      donorId: z.string(),
      design: z.string(),
      name: z.string(),
      card: z.object({ state: z.string() }),
    }),
  ),
  venues: z.array(
    z.object({
      id: z.string(),
      benefit: z.string(),
      mode: z.string().optional(),
      name: z.object({ zh: z.string(), en: z.string() }),
    }),
  ),
});
export type Setting = z.output<typeof SETTING>;

const PASSES = z.object({
  passes: z.array(
    z.object({ pass: z.string(), key: z.number(), beginsAt: z.string(), expiresAt: z.string() }),
  ),
});

/** Asks the server in JSON. Throws where it does not answer 200. */
export async function askJson(url: string, body?: unknown): Promise<unknown> {
  const answer = await ask({
    url,
    method: body === undefined ? 'GET' : 'POST',
    withinMs: WITHIN_MS,
    mostBytes: MOST_BYTES,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (answer.status !== 200) {
    throw new Error(`${new URL(url).pathname}: ${answer.status} ${Buffer.from(answer.bytes)}`);
  }
  return jsonOf(answer);
}

/** Who is in the sample, and which places there are. */
export async function loadSetting(server: string): Promise<Setting> {
  return SETTING.parse(await askJson(`${server}/api/v1/demo`));
}

interface KeptPass {
  readonly bytes: Uint8Array;
  readonly signer: Signer;
  readonly beginsAt: number;
  readonly expiresAt: number;
}

/** A donor's phone. */
export interface Phone {
  /** The next code, at that moment in seconds. */
  draw(seconds: number): Promise<string>;
}

/** Binds a phone to the donor's card: development only, where nobody signs in. */
export async function bindPhone(server: string, donorId: string): Promise<Phone> {
  const keys = Array.from({ length: KEYS }, () => generateKey());
  const holderKeys = keys.map(({ point }) => ({
    x: toBase64Url(point.x),
    y: toBase64Url(decompressY(point) ?? new Uint8Array()),
  }));
  const answer = PASSES.parse(await askJson(`${server}/api/v1/passes`, { donorId, holderKeys }));
  const passes = answer.passes.flatMap(({ pass, key, beginsAt, expiresAt }): KeptPass[] => {
    const signer = keys[key]?.signer;
    if (signer === undefined) return [];
    const span = { beginsAt: Date.parse(beginsAt) / 1000, expiresAt: Date.parse(expiresAt) / 1000 };
    return [{ bytes: fromBase64Url(pass), signer, ...span }];
  });
  let seq = 0;
  return {
    async draw(seconds) {
      const good = passes.find(
        ({ beginsAt, expiresAt }) => beginsAt <= seconds && seconds < expiresAt,
      );
      const pass = good ?? passes.at(-1);
      if (pass === undefined) throw new Error('the donor has no pass');
      seq = (seq + 1) % 65_536;
      return showCode(pass.bytes, pass.signer, { iat: seconds, seq });
    },
  };
}
