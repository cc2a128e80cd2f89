/** @file Draws ramachandran.txt from a data set: `npx tsx --conditions=source ramachandran-contours.ts DIR`. */
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aatypeOf } from '#sequence/amino-acids';
import { ramachandranPoints } from '#structure/quality/ramachandran';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';

const CELL = 4;
const SIDE = 360 / CELL;
/** Å; structures at a worse resolution are left out. */
const WORST_RESOLUTION = 1.8;
const FAVOURED = 0.98;
const ALLOWED = 0.995;
/** Degrees; kernel widths of the first estimate, and the narrowest and widest of the second. */
const [FIRST_WIDTH, NARROWEST, WIDEST] = [6, 3, 10];

const bytesPerResidue = 14 * 3 * 2;
const absent = -32768;

/** The well-determined all-atom chains of a data set, one after the other. */
function* chains(directory: string): Iterable<ResidueAtoms> {
  const [header, ...lines] = readFileSync(join(directory, 'index.tsv'), 'utf8').trim().split('\n');
  const columns = header!.split('\t');
  const file = openSync(join(directory, 'atom14.i16'), 'r');
  for (const line of lines) {
    const values = line.split('\t');
    const of = (column: string): string => values[columns.indexOf(column)]!;
    const resolution = Number(of('resolution') || Infinity);
    if (of('kind') !== 'all-atom' || of('method') !== 'XRAY') continue;
    if (resolution > WORST_RESOLUTION) continue;
    const length = Number(of('length'));
    const bytes = Buffer.alloc(length * bytesPerResidue);
    readSync(file, bytes, 0, bytes.length, Number(of('offset')) * bytesPerResidue);
    const hundredths = new Int16Array(bytes.buffer, bytes.byteOffset, length * 42);
    const residueIndex = of('numbering')
      .split(',')
      .flatMap((run) => {
        const [start, count] = run.split(':').map(Number) as [number, number];
        return Array.from({ length: count }, (_, k) => start + k);
      });
    yield {
      aatype: aatypeOf(of('sequence')),
      atom14: Float32Array.from(hundredths, (x) => x / 100),
      atom14Mask: Uint8Array.from({ length: length * 14 }, (_, atom) =>
        Number(hundredths[3 * atom] !== absent),
      ),
      chainIndex: new Int32Array(length),
      residueIndex,
    };
  }
  closeSync(file);
}

/** Adds a periodic Gaussian of the given width (degrees) and weight 1 around a point. */
function addKernel(density: Float64Array, point: readonly [number, number], width: number): void {
  const reach = Math.ceil((4 * width) / CELL);
  const [cx, cy] = point.map((angle) => (angle + 180) / CELL) as [number, number];
  const scale = (CELL * CELL) / (2 * Math.PI * width * width);
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const [x, y] = [Math.floor(cx) + dx, Math.floor(cy) + dy];
      const squared = ((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2) * CELL * CELL;
      const cell = ((y + SIDE) % SIDE) * SIDE + ((x + SIDE) % SIDE);
      density[cell]! += scale * Math.exp(-squared / (2 * width * width));
    }
}

const cellOf = ([phi, psi]: readonly [number, number]): number =>
  (Math.floor((psi + 180) / CELL) % SIDE) * SIDE + (Math.floor((phi + 180) / CELL) % SIDE);

/** Density estimate whose kernels are narrow where points are dense and wide where they are rare. */
function densityOf(points: readonly (readonly [number, number])[]): Float64Array {
  const first = new Float64Array(SIDE * SIDE);
  for (const point of points) addKernel(first, point, FIRST_WIDTH);
  const meanLog =
    points.reduce((sum, point) => sum + Math.log(first[cellOf(point)]!), 0) / points.length;
  const second = new Float64Array(SIDE * SIDE);
  for (const point of points) {
    const width = FIRST_WIDTH * Math.sqrt(Math.exp(meanLog) / first[cellOf(point)]!) * 0.6;
    addKernel(second, point, Math.min(WIDEST, Math.max(NARROWEST, width)));
  }
  return second;
}

/** Density that the given share of the points exceed. */
function levelOf(
  density: Float64Array,
  points: readonly (readonly [number, number])[],
  share: number,
): number {
  const values = points.map((point) => density[cellOf(point)]!).sort((a, b) => b - a);
  return values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}

/** One map: a row for each 4° of psi from -180 up, a letter for each 4° of phi from -180 up. */
function drawMap(points: readonly (readonly [number, number])[]): string[] {
  const density = densityOf(points);
  const [favoured, allowed] = [FAVOURED, ALLOWED].map((share) => levelOf(density, points, share));
  const letter = (value: number): string =>
    value >= favoured! ? '#' : value >= allowed! ? '+' : '.';
  return Array.from({ length: SIDE }, (_, y) =>
    Array.from(density.subarray(y * SIDE, (y + 1) * SIDE), letter).join(''),
  );
}

const byClass = new Map<string, [number, number][]>();
for (const chain of chains(process.argv[2]!))
  for (const { class: name, phi, psi } of ramachandranPoints(chain)) {
    const points = byClass.get(name) ?? [];
    points.push([phi, psi]);
    if (name === 'glycine') points.push([-phi, -psi]); // no side chain, so its mirror image is as good
    byClass.set(name, points);
  }
const maps = [...byClass]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, points]) => [`> ${name} ${points.length}`, ...drawMap(points)].join('\n'));
writeFileSync(new URL('ramachandran.txt', import.meta.url), `${maps.join('\n')}\n`);
