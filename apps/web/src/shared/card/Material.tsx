/** What a card is made of, in SVG: gradients, brushed metal, and the lines of a guilloche. */

/** The card's own units: every pattern is drawn on this ground and scaled with it. */
export const CARD = { width: 360, height: 227 } as const;

/** Stops of a gradient: offset and colour. */
export type Stops = readonly (readonly [number, string])[];

/** A straight gradient across the whole card, from one corner to another. */
export function Straight(props: { id: string; to: readonly [number, number]; stops: Stops }) {
  return (
    <linearGradient id={props.id} x1="0" y1="0" x2={props.to[0]} y2={props.to[1]}>
      {props.stops.map(([offset, colour]) => (
        <stop key={offset} offset={offset} stop-color={colour} />
      ))}
    </linearGradient>
  );
}

/** A round gradient about a point in the card's units. */
export function Round(props: {
  id: string;
  at: readonly [number, number];
  radius: number;
  stops: Stops;
}) {
  const [x, y] = props.at;
  return (
    <radialGradient id={props.id} cx={x} cy={y} r={props.radius} gradientUnits="userSpaceOnUse">
      {props.stops.map(([offset, colour]) => (
        <stop key={offset} offset={offset} stop-color={colour} />
      ))}
    </radialGradient>
  );
}

/** The ground of a card: one fill over all of it. */
export function Ground(props: { fill: string; opacity?: number; filter?: string }) {
  return (
    <rect
      width={CARD.width}
      height={CARD.height}
      fill={props.fill}
      opacity={props.opacity ?? 1}
      filter={props.filter}
    />
  );
}

/** Streaks of a brush or grains of leaf as a filter: light where `tone` is 1, dark where it is 0. */
export function Grain(props: {
  id: string;
  seed: number;
  frequency: string;
  tone: 0 | 1;
  strength: number;
}) {
  const { tone, strength } = props;
  const alpha = `0 0 0 ${strength * 2.4} ${-strength}`;
  return (
    <filter id={props.id} x="0" y="0" width="100%" height="100%">
      <feTurbulence
        type="fractalNoise"
        baseFrequency={props.frequency}
        numOctaves={2}
        seed={props.seed}
      />
      <feColorMatrix values={`0 0 0 0 ${tone} 0 0 0 0 ${tone} 0 0 0 0 ${tone} ${alpha}`} />
    </filter>
  );
}

/** Fine lines of one ink. */
export function Lines(props: {
  paths: readonly string[];
  ink: string;
  width: number;
  opacity: number;
}) {
  return (
    <path
      d={props.paths.join('')}
      fill="none"
      stroke={props.ink}
      stroke-width={props.width}
      stroke-linejoin="round"
      stroke-linecap="round"
      opacity={props.opacity}
    />
  );
}

/** The hairline frame inside a card's edge. */
export function Frame(props: { ink: string; opacity: number }) {
  return (
    <g fill="none" stroke={props.ink} opacity={props.opacity}>
      <rect x="7.5" y="7.5" width="345" height="212" rx="13.5" stroke-width="0.8" />
      <rect x="10" y="10" width="340" height="207" rx="11" stroke-width="0.4" />
    </g>
  );
}
