import { vanDerWaalsRadius } from '../molecule/elements.js';
import type { Molecule } from '../molecule/molecule.js';

/** A scalar on a regular grid, and for each point the residue that contributes most to it. */
export interface Field {
  /** Number of points along x, y, z. */
  readonly size: readonly [number, number, number];
  /** Position of the first point, Å. */
  readonly origin: readonly [number, number, number];
  /** Å between points. */
  readonly spacing: number;
  /** `[z, y, x]` 1 on the surface, more inside. */
  readonly values: Float32Array;
  /** `[z, y, x]` */
  readonly residues: Int32Array;
}

/** How fast an atom's density falls outside its radius; larger shows more of single atoms. */
const STEEPNESS = 1.9;
/** An atom reaches this many radii; there its density is below 1%. */
const REACH = 1.9;
/** A solvent molecule's share that closes the gaps between atoms, Å. */
const SWELL = 0.3;
/** Grids stay below this number of points, whatever the molecule: 4 M points are 32 MB. */
const MOST_POINTS = 4_000_000;
const FINEST_SPACING = 0.6;

/** Å around the molecule: further than any atom reaches, so that the surface is closed. */
const MARGIN = 5;

function boundsOf({ positions }: Molecule) {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const axis = (i % 3) as 0 | 1 | 2;
    low[axis] = Math.min(low[axis], positions[i]! - MARGIN);
    high[axis] = Math.max(high[axis], positions[i]! + MARGIN);
  }
  return { low, high };
}

function emptyField(molecule: Molecule): Field {
  const { low, high } = boundsOf(molecule);
  const volume = [0, 1, 2].reduce((product, axis) => product * (high[axis]! - low[axis]!), 1);
  const spacing = Math.max(FINEST_SPACING, Math.cbrt(volume / MOST_POINTS));
  const along = (axis: 0 | 1 | 2): number => Math.ceil((high[axis] - low[axis]) / spacing) + 1;
  const size = [along(0), along(1), along(2)] as const;
  const numPoints = size[0] * size[1] * size[2];
  return {
    size,
    origin: low,
    spacing,
    values: new Float32Array(numPoints),
    residues: new Int32Array(numPoints).fill(-1),
  };
}

/**
 * Sum of a Gaussian for each atom, scaled so that a lone atom's surface lies at its van der Waals radius.
 *
 * @param molecule at least one atom
 * @source the smooth molecular surface of Blinn 1982, doi:10.1145/357306.357310
 */
export function densityField(molecule: Molecule): Field {
  const field = emptyField(molecule);
  const strongest = new Float32Array(field.values.length);
  for (let atom = 0; atom < molecule.numAtoms; atom++) addAtom(field, strongest, molecule, atom);
  return field;
}

function addAtom(field: Field, strongest: Float32Array, molecule: Molecule, atom: number) {
  const { size, origin, spacing } = field;
  const radius = vanDerWaalsRadius(molecule.elements[atom]!) + SWELL;
  const residue = molecule.residueOfAtom[atom]!;
  const place = (axis: 0 | 1 | 2): number =>
    (molecule.positions[3 * atom + axis]! - origin[axis]) / spacing;
  const [x, y, z] = [place(0), place(1), place(2)];
  const reach = (REACH * radius) / spacing;
  const scale = (STEEPNESS * spacing * spacing) / (radius * radius);
  const [endX, endY, endZ] = [x, y, z].map((p) => Math.floor(p + reach)) as [
    number,
    number,
    number,
  ];
  for (let k = Math.ceil(z - reach); k <= endZ; k++)
    for (let j = Math.ceil(y - reach); j <= endY; j++) {
      const row = (k * size[1] + j) * size[0];
      const across = (j - y) * (j - y) + (k - z) * (k - z);
      for (let i = Math.ceil(x - reach); i <= endX; i++) {
        const squared = across + (i - x) * (i - x);
        if (squared > reach * reach) continue;
        const density = Math.exp(STEEPNESS - scale * squared);
        field.values[row + i]! += density;
        if (density > strongest[row + i]!) {
          strongest[row + i] = density;
          field.residues[row + i] = residue;
        }
      }
    }
}
