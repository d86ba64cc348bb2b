/** 爱心启航: a deep river at dawn, and the one rising line of a boat's wake. */

import { tracePath } from './guilloche.ts';
import { CARD, Frame, Ground, Lines, Round, Straight } from './Material.tsx';
import { drawBetween, seedDraw } from './seed.ts';

/** How high the river's ripples lie, as a few broken lines that follow the card's number. */
function traceRipples(number: string): readonly string[] {
  const draw = seedDraw(`ripples ${number}`);
  return Array.from({ length: 11 }, (_, row) => {
    const y = 138 + row * 7.6 + drawBetween(draw, -1, 1);
    const turn = drawBetween(draw, 0, 6.3);
    const waves = drawBetween(draw, 4, 7);
    const points: [number, number][] = [];
    for (let x = -4; x <= CARD.width + 4; x += 4) {
      points.push([x, y + 1.5 * Math.sin((x / CARD.width) * waves * 6.28 + turn)]);
    }
    return tracePath(points, false);
  });
}

/** The ground of the first design. */
export function RiverCard(props: { id: string; number: string }) {
  const { id } = props;
  return (
    <>
      <defs>
        <Straight
          id={`${id}-sky`}
          to={[0, 1]}
          stops={[
            [0, '#0a2145'],
            [0.5, '#143b6e'],
            [0.66, '#1d4d80'],
          ]}
        />
        <Round
          id={`${id}-dawn`}
          at={[322, 138]}
          radius={126}
          stops={[
            [0, 'rgb(255 206 150)'],
            [0.22, 'rgb(236 146 108 / 74%)'],
            [0.5, 'rgb(170 92 112 / 34%)'],
            [1, 'rgb(90 70 120 / 0%)'],
          ]}
        />
        <Straight
          id={`${id}-river`}
          to={[0, 1]}
          stops={[
            [0, '#16406f'],
            [0.4, '#0d2c56'],
            [1, '#081a38'],
          ]}
        />
        <Straight
          id={`${id}-wake`}
          to={[1, 0]}
          stops={[
            [0, 'rgb(255 255 255 / 10%)'],
            [0.55, 'rgb(255 255 255 / 85%)'],
            [1, '#fff3e2'],
          ]}
        />
        <clipPath id={`${id}-water`}>
          <path d="M0 138H360V227H0Z" />
        </clipPath>
      </defs>
      <Ground fill={`url(#${id}-sky)`} />
      <path d="M0 0H360V138H0Z" fill={`url(#${id}-dawn)`} />
      <path d="M0 138c40-9 74-8 112-3s78 3 120-2 84-6 128-1v7H0Z" fill="#12345f" opacity=".9" />
      <path d="M0 138H360V227H0Z" fill={`url(#${id}-river)`} />
      <path d="M262 138h98v16c-32 4-64-2-98-16Z" fill="#f0a985" opacity=".22" />
      <g clip-path={`url(#${id}-water)`}>
        <Lines paths={traceRipples(props.number)} ink="#9cc3ee" width={0.7} opacity={0.2} />
      </g>
      <path
        d="M-6 160C80 160 158 156 222 145 268 137 298 129 324 119c-24 14-54 25-102 33C158 163 80 166-6 166Z"
        fill={`url(#${id}-wake)`}
      />
      <path d="M316 113.5c6-.6 13-3 18-7l-3.5 9.5c-4 2.5-10 2-14.5-2.5Z" fill="#fff8ee" />
      <path d="M325 106.5V88c6 4 9 9.5 9.5 16Z" fill="#fff8ee" />
      <Frame ink="#dbe8f8" opacity={0.34} />
    </>
  );
}
