import { describe, expect, it } from 'vitest';
import type { ChainPrediction } from '#chain-folding/folded-frames';
import { predictedByScaffold } from '#chain-folding/predict-by-scaffold';
import { scaffoldTorsions, type Scaffold } from '#chain-folding/scaffold';
import { atomOffset, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { CB_SLOT } from '#structure/residues/atoms';
import { randomTensor } from '../../helpers/random.js';

const [COUNT, BINS, TORSION_BINS] = [7, 64, 18];
const CELLS = TORSION_BINS ** 2;
const random = (count: number, seed: number) => randomTensor([count], seed).data as Float32Array;

const PREDICTED: ChainPrediction = {
  distogram: random(COUNT * COUNT * BINS, 1),
  reference: random(65 * BINS, 2),
  torsionLogits: random(COUNT * CELLS, 3),
  torsions: random(COUNT * 4, 4),
  secondaryStructureLogits: random(COUNT * 8, 5),
};

/** A chain whose residue 3 is not known; its last pseudo-beta lies far from the others. */
function scaffold(): Scaffold {
  const chain = emptyChain(COUNT);
  const angles = Float64Array.from(random(2 * COUNT, 6), (x) => 3.1 * x);
  placeChain(chain, angles, new Uint8Array(COUNT));
  chain.atoms[atomOffset(6, CB_SLOT)] = 60;
  const isKnown = Uint8Array.of(1, 1, 1, 0, 1, 1, 1);
  chain.atoms.fill(0, atomOffset(3, 0), atomOffset(4, 0));
  return { atoms: chain.atoms, isKnown, hasBackbone: isKnown };
}

describe('predictedByScaffold', () => {
  const known = scaffold();
  const result = predictedByScaffold(PREDICTED, known);

  it('has known distances within 0.2 Å and 1.2 %, and others as they were predicted', () => {
    const middles = Array.from({ length: BINS }, (_, bin) => 2.15625 + 0.3125 * bin);
    for (let i = 0; i < COUNT; i++)
      for (let j = 0; j < COUNT; j++) {
        const at = (i * COUNT + j) * BINS;
        const logits = [...result.distogram.subarray(at, at + BINS)];
        if (i === j || i === 3 || j === 3) {
          expect(logits).toEqual([...PREDICTED.distogram.subarray(at, at + BINS)]);
          continue;
        }
        const [a, b] = [atomOffset(i, CB_SLOT), atomOffset(j, CB_SLOT)];
        const apart = Math.hypot(
          ...[0, 1, 2].map((k) => known.atoms[a + k]! - known.atoms[b + k]!),
        );
        const deviation = 0.2 + 0.012 * apart;
        for (const [bin, middle] of middles.entries()) {
          const off = (middle - apart) / deviation;
          // The last bin holds all that is further.
          const expected = bin === 63 && apart > middle ? 0 : -0.5 * off * off;
          expect(Math.abs(logits[bin]! - expected)).toBeLessThan(1e-4 * (1 + off * off));
        }
      }
    expect(PREDICTED.distogram).toEqual(random(COUNT * COUNT * BINS, 1));
  });

  it('has known torsions within 0.2 rad, on a grid that comes round, and others as they were predicted', () => {
    const angles = scaffoldTorsions(known);
    const offBy = (bin: number, angle: number) => {
      const middle = -Math.PI + ((2 * bin + 1) * Math.PI) / TORSION_BINS;
      const off = Math.abs(middle - angle);
      return Math.min(off, 2 * Math.PI - off) / 0.2;
    };
    let numKnown = 0;
    for (let residue = 0; residue < COUNT; residue++) {
      const [phi, psi] = angles.subarray(2 * residue, 2 * residue + 2);
      const grid = Array.from(result.torsionLogits).slice(residue * CELLS, (residue + 1) * CELLS);
      const pairs = [
        [phi!, result.torsions[4 * residue]!, result.torsions[4 * residue + 1]!],
        [psi!, result.torsions[4 * residue + 2]!, result.torsions[4 * residue + 3]!],
      ] as const;
      for (const [k, [angle, sin, cos]] of pairs.entries()) {
        const at = 4 * residue + 2 * k;
        const isKnown = !Number.isNaN(angle);
        expect(sin).toBeCloseTo(isKnown ? Math.sin(angle) : PREDICTED.torsions[at]!, 6);
        expect(cos).toBeCloseTo(isKnown ? Math.cos(angle) : PREDICTED.torsions[at + 1]!, 6);
      }
      if (Number.isNaN(phi!) || Number.isNaN(psi!)) {
        expect(grid).toEqual(
          Array.from(PREDICTED.torsionLogits).slice(residue * CELLS, (residue + 1) * CELLS),
        );
        continue;
      }
      numKnown++;
      for (const [cell, logit] of grid.entries()) {
        const [row, column] = [Math.floor(cell / TORSION_BINS), cell % TORSION_BINS];
        const squares = offBy(row, phi!) ** 2 + offBy(column, psi!) ** 2;
        expect(Math.abs(logit + squares / 2)).toBeLessThan(1e-5 * (1 + squares));
      }
    }
    expect(numKnown).toBe(2); // 1 and 5: both of the others' neighbours are not known
  });

  it('leaves all else as it was predicted', () => {
    expect(result.reference).toBe(PREDICTED.reference);
    expect(result.secondaryStructureLogits).toBe(PREDICTED.secondaryStructureLogits);
  });
});
