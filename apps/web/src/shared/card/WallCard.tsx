/** 热血奋进: a temple wall's vermilion, and a pulse that becomes a mountain range. */
import { Frame, Grain, Ground, Straight } from './Material.tsx';
import { drawBetween, seedDraw } from './seed.ts';

/** One ridge from left to right: a flat pulse, its beat, then peaks that grow out of it. */
function traceRidge(number: string, row: number, base: number): string {
  const draw = seedDraw(`ridge ${row} ${number}`);
  const beat = 158 - row * 13;
  const swing = row === 2 ? 1 : 0.6;
  const spike = `l6 -4l6 4h6l4 5l7 ${-38 * swing}l8 ${38 * swing}l6 -5h7`;
  let path = `M-4 ${base}H${beat}${spike}`;
  let x = beat + 50;
  while (x < 380) {
    const grown = Math.min(1, (x - beat) / 130);
    const rise = drawBetween(draw, 0.55, 1) * (54 - row * 7) * grown;
    const up = drawBetween(draw, 18, 30);
    const down = drawBetween(draw, 12, 22);
    const shoulder = drawBetween(draw, 0.5, 0.7);
    const saddle = rise * drawBetween(draw, 0.3, 0.55);
    path += `L${(x + up * 0.5).toFixed(1)} ${(base - rise * shoulder).toFixed(1)}`;
    path += `l${(up * 0.14).toFixed(1)} 2L${(x + up).toFixed(1)} ${(base - rise).toFixed(1)}`;
    path += `L${(x + up + down * 0.45).toFixed(1)} ${(base - (rise + saddle) / 2).toFixed(1)}`;
    path += `l${(down * 0.16).toFixed(1)} -1L${(x + up + down).toFixed(1)} ${(base - saddle).toFixed(1)}`;
    x += up + down;
  }
  return path;
}

/** The ground of the second design. */
export function WallCard(props: { id: string; number: string }) {
  const { id, number } = props;
  const rows = [
    { base: 156, fill: '#94240f', line: 'rgb(255 214 178 / 38%)', width: 0.8 },
    { base: 158, fill: '#811c0e', line: 'rgb(255 220 188 / 60%)', width: 1 },
    { base: 160, fill: '#75170c', line: '#ffe4c9', width: 1.6 },
  ];
  return (
    <>
      <defs>
        <Straight
          id={`${id}-wall`}
          to={[0.35, 1]}
          stops={[
            [0, '#a92817'],
            [0.55, '#a02414'],
            [1, '#8c1b0e'],
          ]}
        />
        <Straight
          id={`${id}-foot`}
          to={[0, 1]}
          stops={[
            [0, '#7d190d'],
            [1, '#5f1007'],
          ]}
        />
        <Grain id={`${id}-lime`} seed={7} frequency="0.035 0.05" tone={1} strength={0.2} />
        <Grain id={`${id}-shade`} seed={19} frequency="0.6" tone={0} strength={0.16} />
      </defs>
      <Ground fill={`url(#${id}-wall)`} />
      <Ground fill="none" filter={`url(#${id}-lime)`} opacity={0.32} />
      <Ground fill="none" filter={`url(#${id}-shade)`} opacity={0.6} />
      {rows.map((row, at) => {
        const ridge = traceRidge(number, at, row.base);
        return (
          <g key={row.base}>
            <path
              d={`${ridge}V227H-4Z`}
              fill={at === 2 ? `url(#${id}-foot)` : row.fill}
              opacity={at === 2 ? 1 : 0.85}
            />
            <path
              d={ridge}
              fill="none"
              stroke={row.line}
              stroke-width={row.width}
              stroke-linejoin="round"
            />
          </g>
        );
      })}
      <Frame ink="#ffe4c9" opacity={0.4} />
    </>
  );
}
