import { topEigenvector } from '#structure/geometry/symmetric-eigen';
import { cross, distance, dot, pointAt, subtract, type Vector3 } from '#structure/geometry/vector3';
import { number } from './svg-page.js';

/** Å; CA atoms further apart than this are not neighbours in the chain. */
const LONGEST_STEP = 4.6;

/** A chain of CA atoms to draw. */
export interface DrawnTrace {
  /** `[N, 3]` Å */
  readonly positions: Float32Array;
  /** `[N]` residues to draw, where > 0; all where absent. */
  readonly mask?: Uint8Array;
  /** Red, green and blue, 0-255, by place in the chain, 0-1. */
  readonly colour: (along: number) => Vector3;
}

/** Where a picture is looked at from: right, up and towards the viewer. */
type View = readonly [Vector3, Vector3, Vector3];

interface Piece {
  readonly depth: number;
  readonly path: string;
  readonly colour: Vector3;
}

/**
 * Draws traces into a square, seen so that the first one is spread out most: smooth lines, near ones in front of far ones,
 * which are thinner and paler.
 *
 * @param traces in one frame of coordinates
 * @param side of the square
 * @returns SVG around (0, 0), and how long 1 Å is drawn
 */
export function drawTraces(
  traces: readonly DrawnTrace[],
  side: number,
): { readonly svg: string; readonly scale: number } {
  const [first] = traces;
  const { view, centre } = broadestView(drawnPoints(first!));
  const seen = traces.map((trace) => ({
    trace,
    points: Array.from({ length: trace.positions.length / 3 }, (_, i) => {
      const offset = subtract(pointAt(trace.positions, i), centre);
      return view.map((axis) => dot(axis, offset)) as unknown as Vector3;
    }),
  }));
  const visible = seen.flatMap(({ trace, points }) => points.filter((_, i) => isDrawn(trace, i)));
  const extent = (axis: number): [number, number] => {
    const along = visible.map((point) => point[axis]!);
    return [Math.min(...along), Math.max(...along)];
  };
  const [[left, right], [bottom, top], [back, front]] = [extent(0), extent(1), extent(2)];
  const scale = side / Math.max(right - left, top - bottom, 1);
  const place = ([x, y]: Vector3): [number, number] => [
    scale * (x - (left + right) / 2),
    -scale * (y - (bottom + top) / 2),
  ];
  const pieces = seen.flatMap(({ trace, points }) => piecesOf(trace, points, place));
  pieces.sort((a, b) => a.depth - b.depth);
  const nearness = (depth: number) => (depth - back) / Math.max(1, front - back);
  return { svg: pieces.map((piece) => stroke(piece, nearness(piece.depth))).join(''), scale };
}

const isDrawn = ({ mask }: DrawnTrace, i: number): boolean => !mask || mask[i]! > 0;

function drawnPoints(trace: DrawnTrace): Vector3[] {
  return Array.from({ length: trace.positions.length / 3 }, (_, i) => i)
    .filter((i) => isDrawn(trace, i))
    .map((i) => pointAt(trace.positions, i));
}

/** The axes along which points are spread most and second most, and what is at right angles to both. */
function broadestView(points: readonly Vector3[]): { view: View; centre: Vector3 } {
  const mean = (axis: number) => points.reduce((sum, p) => sum + p[axis]!, 0) / points.length;
  const centre: Vector3 = [mean(0), mean(1), mean(2)];
  const spread = new Float64Array(9);
  for (const point of points) {
    const offset = subtract(point, centre);
    for (let k = 0; k < 9; k++) spread[k]! += offset[Math.floor(k / 3)]! * offset[k % 3]!;
  }
  const right = pointAt(topEigenvector(spread.slice(), 3), 0);
  const along = (k: number) => dot(pointAt(spread, k), right);
  const most = right.reduce((sum, value, k) => sum + value * along(k), 0);
  const rest = spread.map((value, k) => value - most * right[Math.floor(k / 3)]! * right[k % 3]!);
  const up = pointAt(topEigenvector(rest, 3), 0);
  return { view: [right, up, cross(right, up)], centre };
}

/** A curve for each residue, from the middle of the bond before it to the middle of the one after. */
function piecesOf(
  trace: DrawnTrace,
  points: readonly Vector3[],
  place: (point: Vector3) => [number, number],
): Piece[] {
  const bonded = (i: number, j: number): boolean =>
    j >= 0 &&
    j < points.length &&
    isDrawn(trace, j) &&
    distance(points[i]!, points[j]!) < LONGEST_STEP;
  const middle = (i: number, j: number): Vector3 => {
    if (!bonded(i, j)) return points[i]!;
    const [a, b] = [points[i]!, points[j]!];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
  };
  return points.flatMap((point, i) => {
    if (!isDrawn(trace, i)) return [];
    const [from, through, to] = [middle(i, i - 1), point, middle(i, i + 1)].map((p) =>
      place(p).map(number).join(' '),
    );
    return {
      depth: point[2],
      path: `M${from!}Q${through!} ${to!}`,
      colour: trace.colour(i / Math.max(1, points.length - 1)),
    };
  });
}

/** A line with a white edge, so that it stands out from what lies behind it. */
function stroke({ path, colour }: Piece, nearness: number): string {
  const width = 1.8 + 2 * nearness;
  const paleness = 0.62 * (1 - nearness);
  const mixed = colour.map((value) => Math.round(value + (255 - value) * paleness));
  return `<path d="${path}" stroke="#fff" stroke-width="${number(width + 2)}" stroke-linecap="butt"/><path d="${path}" stroke="rgb(${mixed.join(' ')})" stroke-width="${number(width)}"/>`;
}
