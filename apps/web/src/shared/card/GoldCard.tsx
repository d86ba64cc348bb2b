/** 金奖: matt gold leaf on ink black, and a phoenix's feathers woven in gold. */
import { tracePath, weaveFeather, weaveRosette } from './guilloche.ts';
import { Frame, Grain, Ground, Lines, Round, Straight } from './Material.tsx';
import { drawBetween, seedDraw } from './seed.ts';

const SUN = { x: 290, y: 94 } as const;

/** One feather of the fan, and the eye near its tip. */
interface Plume {
  readonly quill: string;
  readonly barbs: string;
  readonly eye: string;
}

/** Two rows of feathers behind the sun: quills, barbs and a drop-shaped eye at each tip. */
function weaveFan(number: string): readonly Plume[] {
  const draw = seedDraw(`feathers ${number}`);
  const plumes: Plume[] = [];
  for (const { count, reach, width } of [
    { count: 12, reach: 114, width: 20 },
    { count: 11, reach: 84, width: 15 },
  ]) {
    for (let feather = 0; feather < count; feather += 1) {
      const place = feather / (count - 1);
      const angle = Math.PI * (0.8 + place * 0.86) + drawBetween(draw, -0.03, 0.03);
      const length = reach * drawBetween(draw, 0.93, 1.05);
      const bow = (place < 0.45 ? -1 : 1) * drawBetween(draw, 6, 11);
      const [quill, barbs] = weaveFeather(draw, {
        from: [SUN.x + Math.cos(angle) * 30, SUN.y + Math.sin(angle) * 30],
        to: [SUN.x + Math.cos(angle) * length, SUN.y + Math.sin(angle) * length],
        bow,
        width,
        barbs: 46,
      });
      const near = length - 15;
      const x = SUN.x + Math.cos(angle) * near - Math.sin(angle) * bow * 0.42;
      const y = SUN.y + Math.sin(angle) * near + Math.cos(angle) * bow * 0.42;
      const eye = `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${((angle * 180) / Math.PI).toFixed(1)}) scale(${(width / 21).toFixed(2)})`;
      plumes.push({ quill, barbs, eye });
    }
  }
  return plumes;
}

/** The torn edge of a leaf of gold, all around, as the number tears it. */
function tearLeaf(number: string, radius: number): string {
  const draw = seedDraw(`leaf ${number}`);
  const first = drawBetween(draw, 0, 6.3);
  const second = drawBetween(draw, 0, 6.3);
  const points = Array.from({ length: 90 }, (_, step) => {
    const angle = (step / 90) * Math.PI * 2;
    const torn = Math.sin(5 * angle + first) * 0.9 + Math.sin(11 * angle + second) * 0.6;
    const edge = radius + torn + drawBetween(draw, -0.5, 0.5);
    return [SUN.x + Math.cos(angle) * edge, SUN.y + Math.sin(angle) * edge] as const;
  });
  return tracePath(points, true);
}

/** The ground of the gold design. */
export function GoldCard(props: { id: string; number: string }) {
  const { id, number } = props;
  const fan = weaveFan(number);
  const ring = weaveRosette(number, { ...SUN, radius: 53, hollow: 0.74, strands: 8 });
  return (
    <>
      <defs>
        <Round
          id={`${id}-ink`}
          at={[SUN.x, SUN.y]}
          radius={330}
          stops={[
            [0, '#2b2318'],
            [0.45, '#1a1610'],
            [1, '#0e0c09'],
          ]}
        />
        <Straight
          id={`${id}-leaf`}
          to={[0.8, 1]}
          stops={[
            [0, '#f4dda0'],
            [0.4, '#dcb765'],
            [0.62, '#edd08a'],
            [1, '#c9a04d'],
          ]}
        />
        <radialGradient
          id={`${id}-fade`}
          cx={SUN.x}
          cy={SUN.y}
          r="140"
          gradientUnits="userSpaceOnUse"
        >
          <stop offset=".5" stop-color="#fff" />
          <stop offset=".86" stop-color="#999" />
          <stop offset="1" stop-color="#444" />
        </radialGradient>
        <Straight
          id={`${id}-foot`}
          to={[0, 1]}
          stops={[
            [0, 'rgb(0 0 0 / 0%)'],
            [0.22, 'rgb(0 0 0 / 90%)'],
            [1, '#000000'],
          ]}
        />
        <mask id={`${id}-mask`} maskUnits="userSpaceOnUse" x="0" y="0" width="360" height="227">
          <Ground fill={`url(#${id}-fade)`} />
          <path d="M0 158H360V227H0Z" fill={`url(#${id}-foot)`} />
        </mask>
        <Grain id={`${id}-grain`} seed={5} frequency="0.5 0.7" tone={1} strength={0.5} />
        <Grain id={`${id}-crease`} seed={23} frequency="0.06 0.09" tone={0} strength={0.34} />
        <clipPath id={`${id}-sun`}>
          <path d={tearLeaf(number, 37)} />
        </clipPath>
      </defs>
      <Ground fill={`url(#${id}-ink)`} />
      <Ground fill="none" filter={`url(#${id}-grain)`} opacity={0.05} />
      <g mask={`url(#${id}-mask)`}>
        <Lines paths={fan.map((plume) => plume.barbs)} ink="#d1a956" width={0.4} opacity={0.7} />
        <Lines paths={fan.map((plume) => plume.quill)} ink="#f0d692" width={0.8} opacity={0.85} />
        {fan.map((plume) => (
          <g key={plume.eye} transform={plume.eye}>
            <path
              d="M-8 0C-4-6 6-6 9 0 6 6-4 6-8 0Z"
              fill="#2a2113"
              stroke="#e9c97c"
              stroke-width=".8"
            />
            <path d="M-3 0C-1-3 4-3 6 0 4 3-1 3-3 0Z" fill="#e9c97c" />
          </g>
        ))}
      </g>
      <circle cx={SUN.x} cy={SUN.y} r="54" fill="#14110c" />
      <Lines paths={ring} ink="#e9c97c" width={0.5} opacity={0.9} />
      <g clip-path={`url(#${id}-sun)`}>
        <Ground fill={`url(#${id}-leaf)`} />
        <circle cx={SUN.x} cy={SUN.y} r="42" fill="#e3c172" opacity=".62" />
        <Ground fill="none" filter={`url(#${id}-grain)`} opacity={0.5} />
        <Ground fill="none" filter={`url(#${id}-crease)`} opacity={0.28} />
      </g>
      <Frame ink="#e9c97c" opacity={0.55} />
    </>
  );
}
