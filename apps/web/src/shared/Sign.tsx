/** The signs of an answer, each with a shape of its own: a tick, a bar in a triangle, a cross. */

/** Which answer: yes, not now or not here, not valid, or nothing yet. */
export type SignKind = 'yes' | 'amber' | 'red' | 'waiting';

const SHAPES: Readonly<Record<SignKind, readonly [string, string]>> = {
  yes: ['M24 4a20 20 0 1 1 0 40 20 20 0 0 1 0-40Z', 'M14.5 24.5l6.5 6.5 12.5-13.5'],
  amber: ['M24 5 45 42H3Z', 'M24 18v11m0 6.5v.1'],
  red: ['M15 4h18l11 11v18L33 44H15L4 33V15Z', 'M17 17l14 14m0-14L17 31'],
  waiting: ['M24 4a20 20 0 1 1 0 40 20 20 0 0 1 0-40Z', 'M15 24h.1m8.9 0h.1m8.9 0h.1'],
};

/** A sign in the ink and ground of its surroundings. */
export function Sign(props: { kind: SignKind }) {
  const [outline, stroke] = SHAPES[props.kind];
  return (
    <svg class={`sign sign-${props.kind}`} viewBox="0 0 48 48" aria-hidden="true">
      <path class="sign-ground" d={outline} />
      <path class="sign-stroke" d={stroke} />
    </svg>
  );
}
