/** The doors: two leaves that glide apart before the city, and the reader with what it sees. */
import skyline from '@art/skyline.svg?url';
import xiaonuan from '@art/xiaonuan.svg?url';
import xiaoyong from '@art/xiaoyong.svg?url';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { PlaceIcon, PlaceName } from './PlaceLabel.tsx';
import type { Place } from './places.ts';

/** Shows a place's doors, open or shut, and the picture that its reader took. */
export function GateScene(props: {
  place: Place;
  isOpen: boolean;
  isReading: boolean;
  isRefused: boolean;
  picture: HTMLCanvasElement | undefined;
}) {
  const { place, picture } = props;
  const eyeRef = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    eyeRef.current?.replaceChildren(...(picture ? [picture] : []));
  }, [picture]);
  const mascot = place.venue.benefit === 'clinic' ? xiaonuan : xiaoyong;
  return (
    <div
      class="scene"
      data-kind={place.venue.mode ?? place.venue.benefit}
      data-open={props.isOpen ? '' : undefined}
      data-refused={props.isRefused ? '' : undefined}
      aria-hidden="true"
    >
      <div class="lintel">
        <PlaceIcon place={place} />
        <PlaceName place={place} />
      </div>
      <div class="doorway">
        <img class="skyline" src={skyline} alt="" />
        <img class="mascot" src={mascot} alt="" width="96" height="96" />
        <Leaf side="left" />
        <Leaf side="right" />
      </div>
      <i class="post post-left" />
      <i class="post post-right" />
      <div class="reader" data-reading={props.isReading ? '' : undefined}>
        {!picture && <Aim />}
        <div class="eye" ref={eyeRef} />
        <i class="beam" />
      </div>
    </div>
  );
}

/** One leaf of the doors. */
function Leaf(props: { side: 'left' | 'right' }) {
  return (
    <span class={`leaf-door leaf-${props.side}`}>
      <i class="leaf-bar" />
    </span>
  );
}

/** The corners that a reader shows while it waits. */
function Aim() {
  return (
    <svg class="aim" viewBox="0 0 48 48" aria-hidden="true">
      <path d="M6 16V8a2 2 0 0 1 2-2h8M32 6h8a2 2 0 0 1 2 2v8M42 32v8a2 2 0 0 1-2 2h-8M16 42H8a2 2 0 0 1-2-2v-8" />
    </svg>
  );
}
