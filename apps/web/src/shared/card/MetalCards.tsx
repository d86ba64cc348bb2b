/** 铜奖 and 银奖: brushed metal with a rosette; bell-casting clouds on bronze, rays on silver. */
import { weaveBand, weaveRosette } from './guilloche.ts';
import { Frame, Grain, Ground, Lines, Round, Straight } from './Material.tsx';
import { drawBetween, seedDraw } from './seed.ts';

const MEDAL = { x: 290, y: 94 } as const;

/** A scrolled cloud as bell casters cut it: two spirals and the tail that joins them. */
function traceCloud(x: number, y: number, size: number): string {
  const s = size;
  return (
    `M${x} ${y}c${-s} 0 ${-s} ${-s} 0 ${-s}c${1.5 * s} 0 ${1.5 * s} ${2 * s} 0 ${2 * s}` +
    `c${-2.4 * s} 0 ${-2.4 * s} ${-3.1 * s} 0 ${-3.1 * s}c${1.3 * s} 0 ${2 * s} ${0.7 * s} ${2.3 * s} ${1.6 * s}` +
    `M${x + 4 * s} ${y + 0.2 * s}c${0.8 * s} 0 ${0.8 * s} ${-0.8 * s} 0 ${-0.8 * s}` +
    `c${-1.3 * s} 0 ${-1.3 * s} ${1.6 * s} 0 ${1.6 * s}c${2 * s} 0 ${2.2 * s} ${-2.6 * s} 0 ${-2.6 * s}` +
    `c${-1 * s} 0 ${-1.5 * s} ${0.5 * s} ${-1.7 * s} ${1.1 * s}M${x} ${y + s}h${6.6 * s}m${-5 * s} ${0.7 * s}h${7 * s}`
  );
}

/** Clouds between the words and the rosette, and fainter ones along the foot, by its number. */
function traceClouds(number: string): readonly string[] {
  const draw = seedDraw(`clouds ${number}`);
  const near = [
    [170, 112, 7.5],
    [210, 50, 4.5],
    [128, 156, 5.5],
    [192, 142, 7],
    [160, 160, 4],
  ] as const;
  return near.map(([x, y, size]) =>
    traceCloud(
      x + drawBetween(draw, -5, 7),
      y + drawBetween(draw, -3, 4),
      size * drawBetween(draw, 0.88, 1.12),
    ),
  );
}

/** Rays from the rosette to the card's edges, uneven as its number says. */
function traceRays(number: string): readonly string[] {
  const draw = seedDraw(`rays ${number}`);
  const count = 96;
  return Array.from({ length: count }, (_, ray) => {
    const angle = ((ray + drawBetween(draw, -0.16, 0.16)) / count) * Math.PI * 2;
    const start = 76 + (ray % 2) * 8;
    const x = Math.cos(angle);
    const y = Math.sin(angle);
    return `M${(MEDAL.x + x * start).toFixed(1)} ${(MEDAL.y + y * start).toFixed(1)}L${(MEDAL.x + x * 420).toFixed(1)} ${(MEDAL.y + y * 420).toFixed(1)}`;
  });
}

/** Two filters of streaks, light and dark, as a brush leaves them. */
function Brush(props: { id: string; strength: number }) {
  return (
    <>
      <Grain
        id={`${props.id}-light`}
        seed={3}
        frequency="0.003 0.95"
        tone={1}
        strength={props.strength}
      />
      <Grain
        id={`${props.id}-dark`}
        seed={11}
        frequency="0.004 0.75"
        tone={0}
        strength={props.strength * 0.6}
      />
    </>
  );
}

/** The ground of the bronze design. */
export function BronzeCard(props: { id: string; number: string }) {
  const { id, number } = props;
  const rosette = weaveRosette(number, { ...MEDAL, radius: 72, hollow: 0.5, strands: 12 });
  return (
    <>
      <defs>
        <Straight
          id={`${id}-metal`}
          to={[1, 0.55]}
          stops={[
            [0, '#c98f52'],
            [0.24, '#e6bd86'],
            [0.46, '#cd975a'],
            [0.7, '#efcd9c'],
            [1, '#bf8447'],
          ]}
        />
        <Round
          id={`${id}-dome`}
          at={[MEDAL.x - 14, MEDAL.y - 18]}
          radius={64}
          stops={[
            [0, 'rgb(255 240 208 / 75%)'],
            [1, 'rgb(214 160 98 / 25%)'],
          ]}
        />
        <Brush id={id} strength={0.34} />
      </defs>
      <Ground fill={`url(#${id}-metal)`} />
      <Ground fill="none" filter={`url(#${id}-light)`} opacity={0.75} />
      <Ground fill="none" filter={`url(#${id}-dark)`} opacity={0.5} />
      <Lines paths={traceClouds(number)} ink="#fff3dc" width={1.5} opacity={0.75} />
      <g transform="translate(.7 .9)">
        <Lines paths={traceClouds(number)} ink="#5d3410" width={1} opacity={0.5} />
      </g>
      <circle cx={MEDAL.x} cy={MEDAL.y} r="36" fill={`url(#${id}-dome)`} />
      <Lines paths={rosette} ink="#54290a" width={0.55} opacity={0.8} />
      <circle cx={MEDAL.x} cy={MEDAL.y} r="73.5" fill="none" stroke="#54290a" stroke-width=".9" />
      <circle cx={MEDAL.x} cy={MEDAL.y} r="35" fill="none" stroke="#54290a" stroke-width=".7" />
      <Frame ink="#4a2408" opacity={0.6} />
    </>
  );
}

/** The ground of the silver design. */
export function SilverCard(props: { id: string; number: string }) {
  const { id, number } = props;
  const rosette = weaveRosette(number, { ...MEDAL, radius: 72, hollow: 0.5, strands: 14 });
  const band = weaveBand(number, { y: 205, height: 30, width: 360, strands: 9 });
  return (
    <>
      <defs>
        <Straight
          id={`${id}-metal`}
          to={[1, 0.5]}
          stops={[
            [0, '#c3c8cd'],
            [0.22, '#eceff1'],
            [0.45, '#ccd1d6'],
            [0.68, '#f6f7f8'],
            [1, '#b4bac1'],
          ]}
        />
        <Round
          id={`${id}-dome`}
          at={[MEDAL.x - 14, MEDAL.y - 18]}
          radius={64}
          stops={[
            [0, 'rgb(255 255 255 / 90%)'],
            [1, 'rgb(205 210 216 / 30%)'],
          ]}
        />
        <Brush id={id} strength={0.34} />
      </defs>
      <Ground fill={`url(#${id}-metal)`} />
      <Ground fill="none" filter={`url(#${id}-light)`} opacity={0.7} />
      <Ground fill="none" filter={`url(#${id}-dark)`} opacity={0.42} />
      <Lines paths={traceRays(number)} ink="#ffffff" width={1.5} opacity={0.62} />
      <g transform="translate(.6 .8)">
        <Lines paths={traceRays(number)} ink="#3c444d" width={0.6} opacity={0.36} />
      </g>
      <circle cx={MEDAL.x} cy={MEDAL.y} r="74" fill="#dde1e5" opacity=".72" />
      <circle cx={MEDAL.x} cy={MEDAL.y} r="36" fill={`url(#${id}-dome)`} />
      <Lines paths={band} ink="#4b545d" width={0.45} opacity={0.3} />
      <Lines paths={rosette} ink="#2b323a" width={0.5} opacity={0.78} />
      <circle cx={MEDAL.x} cy={MEDAL.y} r="73.5" fill="none" stroke="#2b323a" stroke-width=".9" />
      <circle cx={MEDAL.x} cy={MEDAL.y} r="35" fill="none" stroke="#2b323a" stroke-width=".7" />
      <Frame ink="#2b323a" opacity={0.5} />
    </>
  );
}
