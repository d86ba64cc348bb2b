/** How the lane does: the line to the server, the age of its lists, what waits to be uploaded. */
import type { LaneStatus } from './lane.ts';
import { useMessages } from './messages.ts';

/** The oldest list that the lane judges by, seconds; `undefined` while one is missing. */
export function listAge({ gate }: LaneStatus): number | undefined {
  const ages = gate.statusLists.map(({ ageSeconds }) => ageSeconds);
  if (ages.length === 0 || gate.trust === null) return undefined;
  return ages.some((age) => age === null) ? undefined : Math.max(...ages.map(Number));
}

/** The line. */
export function StatusLine({ status }: { status: LaneStatus }) {
  const { text } = useMessages();
  const { gate, isReached, uploadedSecondsAgo } = status;
  const age = listAge(status);
  return (
    <footer class="status" data-reached={isReached}>
      {status.isRevoked && <p class="status-alarm">{text.status.revoked}</p>}
      {gate.diskFault !== null && <p class="status-alarm">{text.status.full}</p>}
      <ul>
        <li class="status-line">{isReached ? text.status.online : text.status.offline}</li>
        <li>{age === undefined ? text.status.noLists : text.status.lists(age)}</li>
        <li class="status-waiting">{text.status.waiting(gate.spool?.waiting ?? 0)}</li>
        <li>
          {uploadedSecondsAgo === null
            ? text.status.neverSynced
            : text.status.synced(uploadedSecondsAgo)}
        </li>
      </ul>
    </footer>
  );
}
