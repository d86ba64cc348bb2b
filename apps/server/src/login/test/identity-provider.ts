/** A real identity provider on loopback, and a browser that signs in there by its forms. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { clientId: 'liyu', clientSecret: 'a-secret-of-the-test' };

/** The provider. */
export interface TestProvider {
  readonly issuer: string;
  /** Goes to the address, signs in as the subject, consents; answers where it is sent back. */
  visit(address: string, subject: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts one that sends people back to the address only. */
export async function startProvider(answerTo: string): Promise<TestProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [answerTo],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    cookies: { keys: ['the keys of a test'] },
    pkce: { required: () => true },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
  server.on('request', provider.callback());
  return {
    issuer,
    visit: (address, subject) => visit(issuer, address, subject),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Follows the provider's redirects with its cookies, and sends its two forms. */
async function visit(issuer: string, address: string, subject: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = address;
  let form: Record<string, string> | undefined;
  for (let step = 0; step < 12; step += 1) {
    const response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    form = undefined;
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    if (location !== null) {
      next = new URL(location, next).href;
      if (!next.startsWith(`${issuer}/`)) return next;
      continue;
    }
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (prompt === undefined) throw new Error(`the provider said ${response.status}: ${page}`);
    form = prompt === 'login' ? { prompt, login: subject, password: 'x' } : { prompt };
  }
  throw new Error('the provider leads round in a circle');
}
