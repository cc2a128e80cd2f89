import { UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { ATOM14_TO_ATOM37, ATOM37_NAMES } from '#structure/residues/atoms';
import { CHI_ATOMS, CHI_MASK, CHI_PI_PERIODIC } from '#structure/backbone/torsions';
import { cross, dot, pointAt, subtract, type Vector3 } from '#structure/geometry/vector3';
import type { PlacedTemplate } from './placed-template.js';

const NUM_ATOMS = ATOM37_NAMES.length;
const NUM_TORSIONS = 7;
const NUM_CHIS = 4;
const PSI = 2;
const CHI1 = 3;
const [N, CA, C, O] = ['N', 'CA', 'C', 'O'].map((name) => ATOM37_NAMES.indexOf(name)) as [
  number,
  number,
  number,
  number,
];
/** Keeps lengths of nothing finite; part of the published numbers. */
const EPSILON = 1e-8;

/** Four atoms, as indices into the flat atom37 points; -1 in the residue before the first. */
type Quartet = readonly [number, number, number, number];

/** Atoms of preOmega, phi, psi and chi1-4 of a residue. A chi that its type lacks has N four times. */
function torsionAtoms(type: number, residue: number): readonly Quartet[] {
  const here = residue * NUM_ATOMS;
  const before = (atom: number): number => (residue > 0 ? here - NUM_ATOMS + atom : -1);
  const chis = Array.from({ length: NUM_CHIS }, (_, chi) =>
    Array.from(
      CHI_ATOMS.subarray(4 * (type * NUM_CHIS + chi), 4 * (type * NUM_CHIS + chi) + 4),
    ).map((slot) => here + ATOM14_TO_ATOM37[14 * type + slot]!),
  );
  return [
    [before(CA), before(C), here + N, here + CA],
    [before(C), here + N, here + CA, here + C],
    [here + N, here + CA, here + C, here + O],
    ...(chis as unknown as Quartet[]),
  ];
}

/**
 * Torsions of a template. Where atoms are missing they are what the original's formula makes of zeros: the network
 * reads them without their mask.
 *
 * @param template N residues
 * @returns `[N, 7, 2]` sines and cosines, the same after half a turn of each pi-periodic chi, and the `[N, 7]` mask
 * @source AlphaFold2, data_transforms.py, "atom37_to_torsion_angles"
 */
export function templateTorsions({ aatype, atom37, atom37Mask }: PlacedTemplate) {
  const sinCos = new Float32Array(aatype.length * NUM_TORSIONS * 2);
  const alternativeSinCos = new Float32Array(sinCos.length);
  const mask = new Uint8Array(aatype.length * NUM_TORSIONS);
  const at = (atom: number): Vector3 => (atom < 0 ? [0, 0, 0] : pointAt(atom37, atom));
  aatype.forEach((given, residue) => {
    const type = Math.min(given, UNKNOWN_AATYPE);
    torsionAtoms(type, residue).forEach((atoms, torsion) => {
      const chi = type * NUM_CHIS + torsion - CHI1;
      const row = residue * NUM_TORSIONS + torsion;
      const [a, b, c, d] = atoms;
      const sign = torsion === PSI ? -1 : 1;
      const pair = sineAndCosine(at(a), at(b), at(c), at(d)).map((x) => sign * x);
      const isPeriodic = torsion >= CHI1 && CHI_PI_PERIODIC[chi] === 1;
      sinCos.set(pair, 2 * row);
      alternativeSinCos.set(isPeriodic ? pair.map((x) => -x) : pair, 2 * row);
      const exists = torsion < CHI1 || CHI_MASK[chi] === 1;
      mask[row] = Number(exists && atoms.every((atom) => atom >= 0 && atom37Mask[atom] === 1));
    });
  });
  return { sinCos, alternativeSinCos, mask };
}

/** Sine and cosine of the torsion about b-c: where d lies in the frame of b, c and a. */
function sineAndCosine(a: Vector3, b: Vector3, c: Vector3, d: Vector3): [number, number] {
  const x = shrinkToUnit(subtract(c, b));
  const toA = subtract(a, c);
  const along = dot(x, toA);
  const y = shrinkToUnit(subtract(toA, [along * x[0], along * x[1], along * x[2]]));
  const toD = subtract(d, c);
  const [sine, cosine] = [dot(cross(x, y), toD), dot(y, toD)];
  const length = Math.sqrt(sine * sine + cosine * cosine + EPSILON);
  return [sine / length, cosine / length];
}

/** A vector of length 1, or of less where there is next to none. */
function shrinkToUnit(vector: Vector3): Vector3 {
  const length = Math.sqrt(dot(vector, vector) + EPSILON);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
