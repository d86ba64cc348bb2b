/** Requests of the lane to its server, each with an end, and one kind of fault. */

/** The server was not reached, or says that something is wrong (RFC 9457). */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** `unreachable`, or the problem's code. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(`${code} (${status})`);
    this.code = code;
    this.status = status;
  }
}

/** A request within so many milliseconds. Rejects with a `Fault` where nobody was reached. */
export async function request(
  path: string,
  withinMs: number,
  options: RequestInit = {},
): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    return await fetch(`/api/v1${path}`, { cache: 'no-store', signal, ...options });
  } catch {
    throw new Fault('unreachable', 0);
  }
}

/** Sends JSON and reads JSON. Rejects with a `Fault` for every answer that is no success. */
export async function sendJson<T>(
  path: string,
  body: unknown,
  withinMs: number,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await request(path, withinMs, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await faultOf(response);
  return readJson<T>(response);
}

/** The fault that an answer tells of. */
export async function faultOf(response: Response): Promise<Fault> {
  const problem: { code?: string } = await response.json().catch(() => ({}));
  return new Fault(problem.code ?? String(response.status), response.status);
}

/** The JSON of an answer; one that breaks off was not reached either. */
export async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new Fault('unreachable', response.status);
  }
}
