/** What happens to an import as server-sent events (HTML Living Standard, 9.2). */
import type { ServerResponse } from 'node:http';
import { type ImportEvent, isEnding } from './import-event.ts';
import type { Job } from './import-job.ts';

/** A line of comment so often, so that nothing on the way takes the connection for dead. */
const HEARTBEAT_MS = 15_000;

/** Writes the events after the ordinal, and what follows until the import ends. */
export function streamJob(
  to: ServerResponse,
  job: Job,
  after: number,
  heartbeatMs: number = HEARTBEAT_MS,
): void {
  const send = (happened: ImportEvent): void => {
    if (happened.ordinal > after) to.write(frameOf(happened));
    if (isEnding(happened)) close();
  };
  const heartbeat = setInterval(() => to.write(': heartbeat\n\n'), heartbeatMs);
  const stop = (): void => {
    clearInterval(heartbeat);
    job.listeners.delete(send);
  };
  const close = (): void => {
    stop();
    to.end();
  };
  to.on('close', stop);
  job.listeners.add(send);
  for (const happened of job.events) send(happened);
}

/** Writes the events after the ordinal of an import that has ended. */
export function streamStored(
  to: ServerResponse,
  events: readonly ImportEvent[],
  after: number,
): void {
  for (const happened of events) if (happened.ordinal > after) to.write(frameOf(happened));
  to.end();
}

function frameOf({ ordinal, event, body, recordedAt }: ImportEvent): string {
  const said = JSON.stringify({ ...body, at: recordedAt });
  return `id: ${ordinal}\nevent: ${event}\ndata: ${said}\n\n`;
}
