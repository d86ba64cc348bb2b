/** HTTP to the server: within a time, up to a size, never along a redirect. */

/** The server was not reached, or did not do it. Safe to try again. */
export class ServerFault extends Error {
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.name = 'ServerFault';
    this.status = status;
  }
}

/** One request. */
export interface Ask {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly withinMs: number;
  readonly mostBytes: number;
}

/** What came back, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** Asks. Throws `ServerFault` when nothing came back, too late, or too much. */
export async function ask(request: Ask): Promise<Answer> {
  const { url, method = 'GET', headers = {}, body, withinMs, mostBytes } = request;
  const where = new URL(url).pathname;
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
      ...(body === undefined ? {} : { body }),
    });
    const bytes = await readUpTo(response, mostBytes);
    return { status: response.status, headers: response.headers, bytes };
  } catch (cause) {
    if (cause instanceof ServerFault) throw cause;
    const { name, cause: below } = cause as Error & { cause?: { code?: string } };
    throw new ServerFault(`${where}: ${below?.code ?? name}`);
  }
}

async function readUpTo(response: Response, mostBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > mostBytes) throw new ServerFault(`more than ${mostBytes} bytes came`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The answer as JSON. Throws `ServerFault` when it is none. */
export function jsonOf({ bytes, status }: Answer): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ServerFault(`${status} came without JSON`, status);
  }
}
