/** The server as the gate's core sees it: lists with ETags, batches, the server's clock. */
import { type Instant, instantOfMilliseconds, parseInstant } from '@liyu/domain/kernel';
import {
  type BatchAnswer,
  BatchRefused,
  type Fetched,
  type ServedProgramme,
  type Server,
} from '@liyu/gate';
import type { AsDevice } from './device.ts';
import { Fault, faultOf, readJson } from './http.ts';

/** The server for a gate of this id. */
export function openGateServer(gateId: string, asDevice: AsDevice): Server {
  const gate = `/gates/${encodeURIComponent(gateId)}`;

  const fetchList = async <T>(
    path: string,
    etag: string | null,
    read: (response: Response) => Promise<T>,
  ): Promise<Fetched<T>> => {
    const headers = etag === null ? {} : { 'if-none-match': etag };
    const response = await asDevice(path, { headers });
    const now = momentOf(response);
    if (response.status === 304) return { kind: 'same', now };
    if (!response.ok) throw await faultOf(response);
    const content = await read(response);
    return { kind: 'newer', content, etag: response.headers.get('etag'), now };
  };
  return {
    trustList: (etag) => fetchList('/trust-list', etag, readBytes),
    statusList(kid, since, etag) {
      const query = since === null ? '' : `?since=${since}`;
      return fetchList(`/status-lists/${kid}${query}`, etag, readBytes);
    },
    programme: (etag) => fetchList(`${gate}/programme`, etag, readJson<ServedProgramme>),
    async sendBatch(records, sentAt) {
      const response = await asDevice(`${gate}/batches`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sentAt, records }),
      });
      if ([400, 413, 422].includes(response.status)) {
        throw new BatchRefused(String(response.status));
      }
      if (!response.ok) throw await faultOf(response);
      const answer = await readJson<BatchAnswer & { readonly now: string }>(response);
      const now = parseInstant(answer.now);
      if (now === undefined || !Array.isArray(answer.receipts)) throw new Fault('malformed', 200);
      return { ...answer, now };
    },
  };
}

async function readBytes(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

/** The server's clock. */
function momentOf(response: Response): Instant {
  const milliseconds = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(milliseconds)) throw new Fault('no_date', response.status);
  return instantOfMilliseconds(milliseconds);
}
