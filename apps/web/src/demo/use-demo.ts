/** The demo's one conductor: it joins donor, phone, place, gate and ledger, and plays the tries. */
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { prepareReader } from '../shared/code/read-code.ts';
import { client, type DemoSetting, type LedgerLine, type SampleDonor } from './client.ts';
import type { ServerClock } from './clock.ts';
import { takePicture } from './gate-reader.ts';
import { listPlaces, type Place } from './places.ts';
import { type Gate, type HoldOptions, useGate } from './use-gate.ts';
import { type Phone, usePhone } from './use-phone.ts';

/** A frozen picture of the code, and when it was taken by the server's clock. */
export interface Shot {
  readonly picture: HTMLCanvasElement;
  readonly takenAtMs: number;
}

/** What the desk asks on top of a code; amounts are whole fen. */
export interface DeskAmounts {
  readonly level: string;
  readonly fee: number;
  readonly insured: number;
}

/** The scripted tries. */
export type Try = 'twice' | 'ended' | 'desk' | 'garden';

/** Everything that the page's parts need. */
export interface Demo {
  readonly phone: Phone;
  readonly gate: Gate;
  readonly places: readonly Place[];
  readonly place: Place | undefined;
  readonly desk: DeskAmounts;
  readonly shot: Shot | undefined;
  readonly lines: readonly LedgerLine[];
  readonly isBusy: boolean;
  readonly isStaffAsked: boolean;
  readonly canvasRef: RefObject<HTMLCanvasElement | null>;
  readonly gateRef: RefObject<HTMLElement | null>;
  chooseDonor(donor: SampleDonor): void;
  /** Goes to a place and holds a fresh code to its gate. */
  hold(place?: Place): void;
  setDesk(desk: DeskAmounts): void;
  play(name: Try): void;
  takeShot(): void;
  dropShot(): void;
  holdShot(atMs?: number): void;
  askStaff(isAsked: boolean): void;
  admit(by: string, reason: string): void;
  /** Lets the gate look at a picture from elsewhere, such as a camera. */
  lookAt(picture: HTMLCanvasElement): Promise<boolean>;
}

const BETWEEN_SHOWINGS_MS = 1600;

/** How far a gate's camera sees a phone turned, in degrees, the nth time; never quite straight. */
const turnOf = (time: number): number => ((time * 37) % 90) / 10 - 4.45;

function copyPicture(source: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas');
  copy.width = source.width;
  copy.height = source.height;
  copy.getContext('2d')?.drawImage(source, 0, 0);
  return copy;
}

/** The ledger's lines and how to fetch them again. */
function useLedger(): readonly [readonly LedgerLine[], () => void] {
  const [lines, setLines] = useState<readonly LedgerLine[]>([]);
  const reload = useCallback(() => {
    client.loadLedger().then(
      ({ answer }) => setLines(answer.lines),
      () => undefined,
    );
  }, []);
  useEffect(reload, [reload]);
  return [lines, reload];
}

/** Joins everything for one setting. */
export function useDemo(setting: DemoSetting, clock: ServerClock): Demo {
  const phone = usePhone(clock);
  const [lines, reloadLedger] = useLedger();
  const gate = useGate(reloadLedger);
  const [places] = useState(() => listPlaces(setting.venues));
  const [place, setPlace] = useState(places[0]);
  const [desk, setDesk] = useState<DeskAmounts>({
    level: setting.hospitalLevels[1] ?? setting.hospitalLevels[0] ?? '',
    fee: 2500,
    insured: 1500,
  });
  const [shot, setShot] = useState<Shot>();
  const [isBusy, setBusy] = useState(false);
  const [isStaffAsked, askStaff] = useState(false);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const gateRef = useRef<HTMLElement>(null);
  const opened = useRef(new Set<string>());
  const looks = useRef(0);

  const show = phone.show;
  useEffect(() => {
    const first = setting.donors[0];
    if (first) void show(first);
    const timer = setTimeout(() => void prepareReader().catch(() => undefined), 1200);
    return () => clearTimeout(timer);
  }, [setting, show]);

  /** Runs one thing at a time, with the gate in sight. */
  const act = (deed: () => Promise<unknown>): void => {
    if (isBusy) return;
    setBusy(true);
    askStaff(false);
    const top = gateRef.current?.getBoundingClientRect().top ?? 0;
    if (top < 0 || matchMedia('(max-width: 1079px)').matches) {
      gateRef.current?.scrollIntoView({ behavior: 'smooth', block: 'start' });
    }
    void deed().finally(() => setBusy(false));
  };
  const withDesk = (at: Place, options: HoldOptions = {}): HoldOptions =>
    at.venue.benefit === 'clinic' ? { ...desk, ...options } : options;
  const lookAt = async (screen: HTMLCanvasElement | null, at: Place | undefined, set = {}) => {
    if (!screen || !at) return;
    looks.current += 1;
    const picture = takePicture(screen, turnOf(looks.current));
    const hasOpened = await gate.look(picture, at, withDesk(at, set));
    if (hasOpened) opened.current.add(`${phone.donor?.donorId} ${at.id}`);
  };
  /** A gate that lets this donor in now; where they have just been, passback comes first. */
  const findPlaceForTwice = (): Place | undefined =>
    place?.venue.benefit === 'ride' && !opened.current.has(`${phone.donor?.donorId} ${place.id}`)
      ? place
      : places.find(({ venue }) => venue.benefit === 'clinic');
  const showFresh = async (at: Place | undefined): Promise<void> => {
    if (at) setPlace(at);
    await phone.redraw();
    await lookAt(canvasRef.current, at);
  };

  const deeds: Readonly<Record<Try, () => Promise<void>>> = {
    async twice() {
      const at = findPlaceForTwice();
      await showFresh(at);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_SHOWINGS_MS));
      await lookAt(canvasRef.current, at);
    },
    async ended() {
      const ended = setting.donors.find((donor) => donor.card.state === 'ended');
      if (ended) await phone.show(ended);
      await showFresh(places[0]);
    },
    async desk() {
      await showFresh(places.find(({ venue }) => venue.benefit === 'clinic'));
    },
    async garden() {
      const annual = setting.donors.find(
        ({ card }) => card.kind === 'annual' && card.state === 'valid',
      );
      if (annual && annual !== phone.donor) await phone.show(annual);
      await showFresh(places.findLast(({ venue }) => venue.benefit === 'site'));
    },
  };

  return {
    phone,
    gate,
    places,
    place,
    desk,
    shot,
    lines,
    isBusy,
    isStaffAsked,
    canvasRef,
    gateRef,
    setDesk,
    askStaff,
    chooseDonor(donor) {
      gate.rest();
      setShot(undefined);
      void phone.show(donor);
    },
    hold: (at = place) => act(() => showFresh(at)),
    play: (name) => act(deeds[name]),
    takeShot() {
      const canvas = canvasRef.current;
      if (canvas) setShot({ picture: copyPicture(canvas), takenAtMs: clock.nowMs() });
    },
    dropShot: () => setShot(undefined),
    holdShot: (atMs) =>
      act(() =>
        lookAt(
          shot?.picture ?? null,
          place,
          atMs === undefined ? {} : { at: new Date(atMs).toISOString() },
        ),
      ),
    admit(by, reason) {
      const { donor } = phone;
      if (!donor || !place) return;
      const direction = place.direction ? { direction: place.direction } : {};
      const request = {
        donorId: donor.donorId,
        venue: place.venue.id,
        by,
        reason,
        ...direction,
        ...withDesk(place),
      };
      act(() => gate.admit(request, place));
    },
    lookAt: (picture) =>
      place ? gate.look(picture, place, withDesk(place)) : Promise.resolve(false),
  };
}
