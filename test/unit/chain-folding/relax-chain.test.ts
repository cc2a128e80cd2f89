import { describe, expect, it } from 'vitest';
import type { PairPotential } from '#chain-folding/pair-potential';
import { relaxChain } from '#chain-folding/relax-chain';
import { addRepulsion } from '#chain-folding/repulsion';
import type { Scaffold } from '#chain-folding/scaffold';
import { strandLadders } from '#chain-folding/strand-ladders';
import { torsionPotential } from '#chain-folding/torsion-potential';
import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { NUM_TORSION_BINS } from '#layers/heads/local-structure';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import { CHAIN_ATOMS, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { distance, pointAt } from '#structure/geometry/vector3';
import { stereochemistryOf } from '#structure/quality/stereochemistry';
import { C_SLOT, CA_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { dssp } from '#structure/secondary-structure/dssp';
import { randomTensor } from '../../helpers/random.js';

const ALANINE = 0;

function potentialOf(numResidues: number) {
  const distances: PairPotential = {
    energies: new Float32Array(numResidues ** 2 * NUM_DISTOGRAM_BINS),
    pull: new Float32Array(numResidues ** 2),
    numResidues,
  };
  return {
    distances,
    torsions: torsionPotential(new Float32Array(numResidues * NUM_TORSION_BINS ** 2)),
  };
}

function placed(angles: readonly (readonly [number, number])[]): Float64Array {
  const chain = emptyChain(angles.length);
  placeChain(chain, Float64Array.from(angles.flat()), new Int32Array(angles.length));
  return chain.atoms;
}

function relaxed(atoms: Float64Array, strand: ArrayLike<number>, scaffold?: Scaffold) {
  const numResidues = strand.length;
  const aatype = new Int32Array(numResidues).fill(ALANINE);
  const chain = relaxChain(potentialOf(numResidues), atoms, { strand, aatype, scaffold });
  const atom14 = new Float32Array(42 * numResidues);
  const atom14Mask = new Uint8Array(14 * numResidues);
  for (let i = 0; i < numResidues; i++) {
    atom14.set(chain.atoms.subarray(15 * i, 15 * i + 15), 42 * i);
    atom14Mask.fill(1, 14 * i, 14 * i + 5);
  }
  for (let i = 0; i + 1 < numResidues; i++) {
    const at = (residue: number, slot: number) =>
      pointAt(chain.atoms, CHAIN_ATOMS * residue + slot);
    const oxygen = carbonylOxygen(at(i, CA_SLOT), at(i, C_SLOT), at(i + 1, N_SLOT));
    atom14.set(oxygen, 3 * (14 * i + O_SLOT));
  }
  const numbers = Int32Array.from({ length: numResidues }, (_, i) => i);
  const residues = {
    aatype,
    atom14,
    atom14Mask,
    chainIndex: new Int32Array(numResidues),
    residueIndex: numbers,
  };
  return { chain, residues };
}

const degrees = (phi: number, psi: number) =>
  [(phi * Math.PI) / 180, (psi * Math.PI) / 180] as const;
const EXTENDED = degrees(-120, 140);
/** Two strands of seven that a loop of four brings near each other, but not together. */
const HAIRPIN = [
  ...Array.from({ length: 7 }, () => EXTENDED),
  degrees(-60, -30),
  degrees(-80, 20),
  degrees(60, 30),
  degrees(75, 10),
  ...Array.from({ length: 7 }, () => EXTENDED),
];
const IN_STRANDS = HAIRPIN.map(([phi, psi]) =>
  phi === EXTENDED[0] && psi === EXTENDED[1] ? 0.9 : 0,
);

describe('relaxChain', () => {
  it('bonds strands that lie near each other, and leaves the chain whole', () => {
    const start = placed(HAIRPIN);
    const sheets = (strand: readonly number[]) => dssp(relaxed(start, strand).residues);
    expect(sheets(HAIRPIN.map(() => 0))).not.toContain('E');
    const { residues } = relaxed(start, IN_STRANDS);
    expect(dssp(residues)).toMatch(/E{3,}.+E{3,}/);
    const { bonds, caDistances, chirality } = stereochemistryOf(residues);
    expect(bonds.outliers).toEqual([]);
    expect(caDistances.outliers).toEqual([]);
    expect(chirality.outliers).toEqual([]);
  });

  it('lets go of strands that do not meet: what holds them apart is not strained for ever', () => {
    const start = placed(HAIRPIN);
    for (let residue = 9; residue < HAIRPIN.length; residue++)
      for (let atom = 0; atom < CHAIN_ATOMS; atom++) start[15 * residue + 3 * atom + 2]! += 6;
    const known = new Uint8Array(HAIRPIN.length).fill(1);
    const held = { atoms: start, isKnown: known, hasBackbone: known };
    const [free, paired] = [HAIRPIN.map(() => 0), IN_STRANDS].map(
      (strand) => relaxed(start, strand, held).chain.atoms,
    );
    const apart = HAIRPIN.map((_, residue) => {
      const ca = CHAIN_ATOMS * residue + CA_SLOT;
      return distance(pointAt(free!, ca), pointAt(paired!, ca));
    });
    expect(strandLadders(start, IN_STRANDS)).toHaveLength(1);
    expect(Math.max(...apart)).toBeLessThan(0.05);
  });

  it('keeps a helix', () => {
    const helix = Array.from({ length: 18 }, () => degrees(-62, -43));
    const start = placed(helix);
    expect(
      dssp(
        relaxed(
          start,
          helix.map(() => 0),
        ).residues,
      ),
    ).toMatch(/H{14,}/);
  });

  it('draws apart what overlaps', () => {
    const tangled = placed(
      Array.from({ length: 24 }, (_, i) => {
        const [phi, psi] = randomTensor([24, 2], 2).data.subarray(2 * i, 2 * i + 2);
        return [3 * phi!, 3 * psi!] as const;
      }),
    );
    const overlap = (atoms: Float64Array) => addRepulsion(atoms, new Float64Array(atoms.length));
    expect(overlap(tangled)).toBeGreaterThan(1);
    const { chain } = relaxed(tangled, new Float64Array(24));
    expect(overlap(chain.atoms)).toBeLessThan(0.05 * overlap(tangled));
  });

  it('turns and moves with the chain', () => {
    const start = placed(HAIRPIN);
    const [cos, sin] = [Math.cos(0.8), Math.sin(0.8)];
    const moved = (atoms: Float64Array) => {
      const result = atoms.slice();
      for (let k = 0; k < atoms.length; k += 3) {
        const [x, y, z] = pointAt(atoms, k / 3);
        result.set([cos * x - sin * y + 5, sin * x + cos * y - 3, z + 2], k);
      }
      return result;
    };
    const here = moved(relaxed(start, IN_STRANDS).chain.atoms);
    const there = relaxed(moved(start), IN_STRANDS).chain.atoms;
    for (let atom = 0; atom < CHAIN_ATOMS * HAIRPIN.length; atom++) {
      // Stiff bonds make rounding errors grow to about 0.01 Å; steps along the axes of space give 1.4 Å.
      expect(distance(pointAt(here, atom), pointAt(there, atom))).toBeLessThan(0.1);
    }
  });
});
