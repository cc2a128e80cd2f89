import { expect, it } from 'vitest';
import { templateTorsions } from '#architectures/alphafold2/features/template-torsions';
import { aatypeOf } from '#sequence/amino-acids';
import { dihedral, pointAt } from '#structure/geometry/vector3';
import { ATOM37_NAMES } from '#structure/residues/atoms';
import { randomTensor } from '../../../../helpers/random.js';

const NUM_ATOMS = ATOM37_NAMES.length;
const SEQUENCE = 'GFKE';
const FAR_APART = randomTensor([SEQUENCE.length * NUM_ATOMS * 3], 5, [-8, 8]).data as Float32Array;
const atomOf = (residue: number, name: string) => residue * NUM_ATOMS + ATOM37_NAMES.indexOf(name);
const torsionsOf = (missing: readonly number[] = []) =>
  templateTorsions({
    aatype: aatypeOf(SEQUENCE),
    atom37: FAR_APART,
    atom37Mask: new Uint8Array(SEQUENCE.length * NUM_ATOMS).fill(1).map((one, atom) => (missing.includes(atom) ? 0 : one)), // prettier-ignore
  });

/** Torsions that the residues have, with their four atoms: `-` is the residue before. */
const EXPECTED: readonly (readonly [residue: number, torsion: number, atoms: string])[] = [
  ...[1, 2, 3].flatMap((residue) => [
    [residue, 0, '-CA -C N CA'] as const,
    [residue, 1, '-C N CA C'] as const,
  ]),
  [1, 3, 'N CA CB CG'],
  [1, 4, 'CA CB CG CD1'],
  [2, 6, 'CG CD CE NZ'],
  [3, 5, 'CB CG CD OE1'],
];

it.each(EXPECTED)('residue %i has as torsion %i that of %s', (residue, torsion, atoms) => {
  const places = atoms.split(' ').map((name) => atomOf(residue - Number(name.startsWith('-')), name.replace('-', ''))); // prettier-ignore
  const [a, b, c, d] = places.map((atom) => pointAt(FAR_APART, atom));
  const angle = dihedral(a!, b!, c!, d!);
  const { sinCos, alternativeSinCos, mask } = torsionsOf();
  const row = 7 * residue + torsion;
  expect(sinCos[2 * row]).toBeCloseTo(Math.sin(angle), 4);
  expect(sinCos[2 * row + 1]).toBeCloseTo(Math.cos(angle), 4);
  // chi2 of phenylalanine and chi3 of glutamate look the same after half a turn
  const sign = (residue === 1 && torsion === 4) || (residue === 3 && torsion === 5) ? -1 : 1;
  expect(alternativeSinCos[2 * row]).toBe(sign * sinCos[2 * row]!);
  expect(alternativeSinCos[2 * row + 1]).toBe(sign * sinCos[2 * row + 1]!);
  expect(mask[row]).toBe(1);
  for (const atom of places) expect(torsionsOf([atom]).mask[row]).toBe(0);
});

it('psi is that of N, CA, C and O, turned by half: as if O were the next N', () => {
  const { sinCos } = torsionsOf();
  for (const residue of [0, 3]) {
    const [a, b, c, d] = ['N', 'CA', 'C', 'O'].map((name) => pointAt(FAR_APART, atomOf(residue, name))); // prettier-ignore
    const angle = dihedral(a!, b!, c!, d!) + Math.PI;
    expect(sinCos[14 * residue + 4]).toBeCloseTo(Math.sin(angle), 4);
    expect(sinCos[14 * residue + 5]).toBeCloseTo(Math.cos(angle), 4);
  }
});

it('the first residue has neither omega nor phi, and glycine no chi', () => {
  expect([...torsionsOf().mask.subarray(0, 7)]).toEqual([0, 0, 1, 0, 0, 0, 0]);
});
