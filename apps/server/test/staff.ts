/** For tests: staff who are signed in over HTTP, as in production. */
import { buildHttp } from '../src/edge/http.ts';
import { addLogin } from '../src/login/workflow.ts';
import type { TestCore } from './test-core.ts';

export const PASSWORD = 'the sun over the river';

/** What an answer was. */
export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  readonly body: any;
}

/** One signed-in person. */
export interface Signed {
  get(url: string): Promise<Answered>;
  post(url: string, payload?: object): Promise<Answered>;
  /** Shows the password again: good for five minutes. */
  stepUp(): Promise<void>;
}

/** A server in which logins sign in; close it at the end. */
export interface StaffServer {
  signIn(name: string, role: string, partner?: string): Promise<Signed>;
  close(): Promise<void>;
}

/** Opens it on the test's core. */
export async function openStaffServer(city: TestCore): Promise<StaffServer> {
  const server = await buildHttp({
    core: { ...city.core, config: { ...city.core.config, mode: 'production' } },
    token: 'the-home-owner-shows-this',
    open: false,
    logLevel: 'silent',
    checkAnswers: true,
  });
  return {
    async signIn(name, role, partner) {
      const login = { name, role, password: PASSWORD, ...(partner ? { partner } : {}) };
      await addLogin(city.core, login, 'owner');
      const call = async (method: 'GET' | 'POST', path: string, payload?: object, cookie = '') => {
        const headers = { cookie, 'sec-fetch-site': 'same-origin' };
        const url = `/api/v1${path}`;
        const response = await server.inject({
          method,
          url,
          headers,
          ...(payload === undefined ? {} : { payload }),
        });
        return { status: response.statusCode, body: response.json(), cookies: response.cookies };
      };
      const { cookies } = await call('POST', '/sessions', { name, password: PASSWORD });
      const cookie = cookies.map((one) => `${one.name}=${one.value}`).join('; ');
      return {
        get: (url) => call('GET', url, undefined, cookie),
        post: (url, payload = {}) => call('POST', url, payload, cookie),
        stepUp: async () => {
          await call('POST', '/sessions/current/step-up', { password: PASSWORD }, cookie);
        },
      };
    },
    close: () => server.close(),
  };
}
