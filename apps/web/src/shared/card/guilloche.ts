/**
 * Guilloches: the fine woven lines of banknotes and certificates, computed from a card's number.
 * The same number always weaves the same lines; two numbers never do.
 */
import { type Draw, drawBetween, drawOne, seedDraw } from './seed.ts';

/** Where a rosette lies and how it is woven; lengths in the card's units (360 wide). */
export interface RosetteShape {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** The share of the radius that stays empty in the middle. */
  readonly hollow: number;
  readonly strands: number;
}

/** Where a band lies: from the left edge to the right one, swinging about one height. */
export interface BandShape {
  readonly y: number;
  readonly height: number;
  readonly width: number;
  readonly strands: number;
}

const round = (length: number): number => Math.round(length * 10) / 10;

/** Joins points by straight pieces so short that they read as a curve. */
export function tracePath(points: readonly (readonly [number, number])[], isClosed: boolean) {
  const pieces = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`);
  return pieces.join('') + (isClosed ? 'Z' : '');
}

/** One path for each strand of a rosette: closed waves turned a little against each other. */
export function weaveRosette(number: string, shape: RosetteShape): readonly string[] {
  const draw = seedDraw(`rosette ${number}`);
  const petals = drawOne(draw, 7, 8, 9, 10, 11, 12, 13);
  const ripple = drawOne(draw, 2, 3, 4) * petals;
  const turn = drawBetween(draw, 0, Math.PI * 2);
  const rippleTurn = drawBetween(draw, 0, Math.PI * 2);
  const depth = drawBetween(draw, 0.26, 0.36);
  const rippleDepth = drawBetween(draw, 0.04, 0.1);
  const middle = shape.hollow + (1 - shape.hollow) / 2;
  const reach = (1 - shape.hollow) / 2 / (depth + rippleDepth);
  const paths: string[] = [];
  for (let strand = 0; strand < shape.strands; strand += 1) {
    const shift = (strand / shape.strands) * ((Math.PI * 2) / petals);
    const points: [number, number][] = [];
    for (let step = 0; step < 288; step += 1) {
      const angle = (step / 288) * Math.PI * 2;
      const wave = depth * Math.sin(petals * (angle + shift) + turn);
      const fine = rippleDepth * Math.sin(ripple * (angle - shift) + rippleTurn);
      const radius = shape.radius * (middle + (wave + fine) * reach);
      points.push([shape.x + radius * Math.cos(angle), shape.y + radius * Math.sin(angle)]);
    }
    paths.push(tracePath(points, true));
  }
  return paths;
}

/** One path for each strand of a band: waves of one length in an envelope that breathes. */
export function weaveBand(number: string, shape: BandShape): readonly string[] {
  const draw = seedDraw(`band ${number}`);
  const waves = drawBetween(draw, 3.2, 5.6);
  const breath = drawBetween(draw, 1.2, 2.4);
  const turn = drawBetween(draw, 0, Math.PI * 2);
  const breathTurn = drawBetween(draw, 0, Math.PI * 2);
  const paths: string[] = [];
  for (let strand = 0; strand < shape.strands; strand += 1) {
    const shift = (strand / shape.strands) * Math.PI * 2;
    const points: [number, number][] = [];
    for (let x = -4; x <= shape.width + 4; x += 3) {
      const along = (x / shape.width) * Math.PI * 2;
      const envelope = 0.62 + 0.38 * Math.sin(breath * along + breathTurn);
      const swing = Math.sin(waves * along + turn + shift);
      points.push([x, shape.y + (shape.height / 2) * envelope * swing]);
    }
    paths.push(tracePath(points, false));
  }
  return paths;
}

/** One feather: where its quill begins and ends, how it bows, how wide its vane is. */
export interface FeatherShape {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly bow: number;
  readonly width: number;
  readonly barbs: number;
}

/** The quill and the barbs of a feather, as two paths; the barbs beat as the draw says. */
export function weaveFeather(draw: Draw, shape: FeatherShape): readonly [string, string] {
  const [fromX, fromY] = shape.from;
  const [toX, toY] = shape.to;
  const length = Math.hypot(toX - fromX, toY - fromY);
  const across: readonly [number, number] = [-(toY - fromY) / length, (toX - fromX) / length];
  const beat = drawBetween(draw, 0, Math.PI * 2);
  const beats = drawBetween(draw, 2, 4);
  const point = (along: number): readonly [number, number] => {
    const bow = shape.bow * Math.sin(along * Math.PI * 0.9);
    return [
      fromX + (toX - fromX) * along + across[0] * bow,
      fromY + (toY - fromY) * along + across[1] * bow,
    ];
  };
  const quill = tracePath(
    Array.from({ length: 33 }, (_, step) => point(step / 32)),
    false,
  );
  let barbs = '';
  for (let barb = 2; barb <= shape.barbs; barb += 1) {
    const along = barb / shape.barbs;
    const [x, y] = point(along);
    const [aheadX, aheadY] = point(Math.min(1, along + 0.14));
    const vane = Math.sin(along ** 1.3 * Math.PI * 0.96) * shape.width;
    const breath = 1 + 0.1 * Math.sin(beats * along * Math.PI * 2 + beat);
    for (const side of [-1, 1]) {
      const tipX = aheadX + across[0] * vane * side * breath;
      const tipY = aheadY + across[1] * vane * side * breath;
      const bendX = x + across[0] * vane * side * 0.55;
      const bendY = y + across[1] * vane * side * 0.55;
      barbs += `M${round(x)} ${round(y)}Q${round(bendX)} ${round(bendY)} ${round(tipX)} ${round(tipY)}`;
    }
  }
  return [quill, barbs];
}
