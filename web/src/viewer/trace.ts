import { findAtom, type Molecule, type SecondaryStructure } from '../molecule/molecule.js';

/** Consecutive CA atoms are 3.8 Å apart (2.9 for cis); beyond this, residues of jumping numbers are not joined. */
const LONGEST_STEP = 4.6;
/** Models that are still being folded stretch their chain: numbers that follow each other allow this much. */
const LONGEST_STRETCHED_STEP = 9;

/** An unbroken run of R residues, ready to draw a ribbon through. */
export interface Trace {
  /** `[R]` residue indices. */
  readonly residues: readonly number[];
  readonly kinds: readonly SecondaryStructure[];
  /** `[R, 3]` where the ribbon's middle passes; strands are straightened. */
  readonly points: Float32Array;
  /** `[R, 3]` unit vectors along the ribbon's width, neighbours never more than 90° apart. */
  readonly sides: Float32Array;
}

type Xyz = [number, number, number];
const at = (values: ArrayLike<number>, i: number): Xyz => [
  values[3 * i]!,
  values[3 * i + 1]!,
  values[3 * i + 2]!,
];
const minus = (a: Xyz, b: Xyz): Xyz => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Xyz, b: Xyz): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Xyz, b: Xyz): Xyz => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Xyz): Xyz | undefined => {
  const size = Math.hypot(...a);
  return size > 1e-6 ? [a[0] / size, a[1] / size, a[2] / size] : undefined;
};

/** Whether a residue is joined to the one before it; both have a CA. */
function follows(molecule: Molecule, residue: number): boolean {
  const [before, after] = [molecule.alphaCarbon[residue - 1]!, molecule.alphaCarbon[residue]!];
  if (molecule.chainIndex[residue] !== molecule.chainIndex[residue - 1]) return false;
  const step = Math.hypot(...minus(at(molecule.positions, after), at(molecule.positions, before)));
  const isNumbered = molecule.residueNumber[residue]! - molecule.residueNumber[residue - 1]! === 1;
  return step < (isNumbered ? LONGEST_STRETCHED_STEP : LONGEST_STEP);
}

/** Residue indices of every unbroken run, in order. */
function unbrokenRuns(molecule: Molecule): number[][] {
  const runs: number[][] = [];
  for (let residue = 0; residue < molecule.numResidues; residue++) {
    if (molecule.alphaCarbon[residue]! < 0) continue;
    const last = runs.at(-1);
    if (last?.at(-1) === residue - 1 && follows(molecule, residue)) last.push(residue);
    else runs.push([residue]);
  }
  return runs;
}

/** A strand of one residue cannot carry an arrow: it is drawn as coil. */
function drawnKinds(molecule: Molecule, run: readonly number[]): SecondaryStructure[] {
  const kinds = run.map((residue) => molecule.secondary[residue]!);
  return kinds.map((kind, i) =>
    kind === 'strand' && kinds[i - 1] !== 'strand' && kinds[i + 1] !== 'strand' ? 'coil' : kind,
  );
}

/** CA of the run's kth residue, or of its first or last where k lies outside. */
function alphaAt({ positions, alphaCarbon }: Molecule, run: readonly number[], k: number): Xyz {
  return at(positions, alphaCarbon[run[Math.min(run.length - 1, Math.max(0, k))]!]!);
}

/** The carbonyl's direction lies in the ribbon's plane; CA alone gives the direction across the local bend. */
function rawSide(molecule: Molecule, run: readonly number[], i: number, tangent: Xyz): Xyz {
  const { positions } = molecule;
  const [carbon, oxygen] = [findAtom(molecule, run[i]!, 'C'), findAtom(molecule, run[i]!, 'O')];
  if (carbon >= 0 && oxygen >= 0) return minus(at(positions, oxygen), at(positions, carbon));
  const [before, here, after] = [i - 1, i, i + 1].map((k) => alphaAt(molecule, run, k));
  return cross(tangent, minus(minus(here!, before!), minus(after!, here!)));
}

function orientedSides(
  molecule: Molecule,
  run: readonly number[],
  kinds: readonly SecondaryStructure[],
): Float32Array {
  const sides = new Float32Array(3 * run.length);
  let previous: Xyz | undefined;
  for (let i = 0; i < run.length; i++) {
    const tangent = unit(minus(alphaAt(molecule, run, i + 1), alphaAt(molecule, run, i - 1))) ?? [
      1, 0, 0,
    ];
    const raw = rawSide(molecule, run, i, tangent);
    const along = dot(raw, tangent);
    const across = unit([
      raw[0] - along * tangent[0],
      raw[1] - along * tangent[1],
      raw[2] - along * tangent[2],
    ]);
    const side =
      across ?? previous ?? unit(cross(tangent, [0, 0, 1])) ?? unit(cross(tangent, [0, 1, 0]))!;
    const sign = previous && dot(side, previous) < 0 ? -1 : 1;
    previous = [sign * side[0], sign * side[1], sign * side[2]];
    sides.set(previous, 3 * i);
  }
  return smoothed(sides, (i) => kinds[i] !== 'coil');
}

/** Averages (1, 2, 1) over neighbours where `applies` says so for all three; ends stay. */
function smoothed(values: Float32Array, applies: (i: number) => boolean): Float32Array {
  const result = values.slice();
  const count = values.length / 3;
  for (let i = 1; i + 1 < count; i++) {
    if (!applies(i - 1) || !applies(i) || !applies(i + 1)) continue;
    for (let axis = 0; axis < 3; axis++)
      result[3 * i + axis] =
        (values[3 * i - 3 + axis]! + 2 * values[3 * i + axis]! + values[3 * i + 3 + axis]!) / 4;
  }
  return result;
}

/**
 * Unbroken runs of residues with the points and directions that a ribbon follows.
 *
 * @param molecule residues without CA are left out
 */
export function traceBackbone(molecule: Molecule): Trace[] {
  return unbrokenRuns(molecule).map((run) => {
    const kinds = drawnKinds(molecule, run);
    const points = new Float32Array(3 * run.length);
    run.forEach((residue, i) => {
      points.set(at(molecule.positions, molecule.alphaCarbon[residue]!), 3 * i);
    });
    return {
      residues: run,
      kinds,
      points: smoothed(points, (i) => kinds[i] === 'strand'),
      sides: orientedSides(molecule, run, kinds),
    };
  });
}
