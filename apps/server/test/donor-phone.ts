/** A donor's phone against the server as it runs in production, and what the SMS gateway gets. */
import { secondsOf } from '@liyu/domain/kernel';
import { fromBase64Url, showCode } from '@liyu/pass';
import { generateKey, signerFromJwk } from '@liyu/pass/node';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Core } from '../src/core.ts';
import { buildHttp } from '../src/edge/http.ts';
import type { Channels, Message } from '../src/notice/channel.ts';
import { deliverDue } from '../src/notice/deliver.ts';

const HOST = 'liyu.example';
const COOKIE = '__Host-liyu-donor';

/** The secret of the home's owner, who stands for a clerk where the test needs no login. */
export const TOKEN = 'the-home-owner-shows-this';

/** The core as production has it; the database and the keys are the test's. */
export function inProduction(core: Core): Core {
  const sms = { url: 'https://sms.example/send', keyFile: 'sms.key' };
  return { ...core, config: { ...core.config, mode: 'production', sms } };
}

/** A server as in production; answers are held against their shapes. */
export function openProduction(core: Core): Promise<FastifyInstance> {
  return buildHttp({
    core: inProduction(core),
    token: TOKEN,
    open: false,
    logLevel: 'silent',
    checkAnswers: true,
  });
}

/** Channels that keep what they are given. */
export function keptChannels(): { channels: Channels; sent: Message[] } {
  const sent: Message[] = [];
  const channel = {
    async send(message: Message) {
      sent.push(message);
      return { kind: 'sent' } as const;
    },
    close() {},
  };
  return { channels: { sms: channel, email: channel }, sent };
}

/** Sends what is due, and answers the one-time code that came to the number, if one did. */
export async function codeSentTo(core: Core, phone: string): Promise<string | undefined> {
  const { channels, sent } = keptChannels();
  await deliverDue(core, channels);
  const message = sent.findLast(({ to, kind }) => to === phone && kind === 'one_time_code');
  return message && /\d{6}/.exec(message.text)?.[0];
}

let phones = 0;

/** Another for each phone: what is limited by address is not what these tests are about. */
function nextAddress(): string {
  phones += 1;
  return `192.0.2.${phones}`;
}

/** One browser on one phone. */
export class DonorPhone {
  readonly #server: FastifyInstance;
  readonly #core: Core;
  readonly #address: string;
  #cookie: string | undefined;
  #pass: { pass: string; key: ReturnType<typeof generateKey> } | undefined;

  constructor(server: FastifyInstance, core: Core, address = nextAddress()) {
    this.#server = server;
    this.#core = core;
    this.#address = address;
  }

  /** What the browser's cookie is, or `undefined`. */
  get cookie(): string | undefined {
    return this.#cookie;
  }

  /** A request of the server's own page. */
  async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const response = await this.#server.inject({
      method,
      url: `/api/v1${url}`,
      remoteAddress: this.#address,
      headers: {
        host: HOST,
        'sec-fetch-site': 'same-origin',
        ...(this.#cookie === undefined ? {} : { cookie: `${COOKIE}=${this.#cookie}` }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const given = response.cookies.find(({ name }) => name === COOKIE);
    if (given !== undefined) this.#cookie = given.value || undefined;
    return response;
  }

  /** Asks for a code and signs in with what the number gets. */
  async signIn(
    phone: string,
    more: object = {},
    knownDonation?: object,
  ): Promise<LightMyRequestResponse> {
    await this.call('POST', '/one-time-codes', {
      phone,
      ...(knownDonation ? { knownDonation } : {}),
    });
    const code = (await codeSentTo(this.#core, phone)) ?? '000000';
    return this.call('POST', '/donor-sessions', { phone, code, ...more });
  }

  /** Makes a key and binds it. */
  async bind(): Promise<LightMyRequestResponse> {
    const key = generateKey();
    const { x, y } = key.privateJwk;
    const response = await this.call('POST', '/passes', { holderKeys: [{ x, y }] });
    if (response.statusCode === 200) {
      this.#pass = { pass: response.json().passes[0].pass, key };
    }
    return response;
  }

  /** What the phone shows now. */
  show(seq: number): Promise<string> {
    if (this.#pass === undefined) throw new Error('the test has bound no phone');
    const { pass, key } = this.#pass;
    const iat = secondsOf(this.#core.clock.now());
    return showCode(fromBase64Url(pass), signerFromJwk(key.privateJwk), { iat, seq });
  }
}
