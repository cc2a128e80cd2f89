import { describe, expect, it } from 'vitest';
import { laidOnScaffold } from '#chain-folding/lay-on-scaffold';
import { CHAIN_ATOMS, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { randomTensor } from '../../helpers/random.js';

const COUNT = 9;
const WIDTH = 3 * CHAIN_ATOMS;
const KNOWN = [2, 6];
const SHIFTS = [
  [4, 0, -3],
  [0, 8, 1],
] as const;

function chain(): Float64Array {
  const placed = emptyChain(COUNT);
  const angles = Float64Array.from(randomTensor([2 * COUNT], 3).data, (x) => 3 * x);
  placeChain(placed, angles, new Uint8Array(COUNT));
  return placed.atoms;
}

describe('laidOnScaffold', () => {
  it('moves residues with the known ones before and after them, by the distance from each', () => {
    const atoms = chain();
    const places = new Float64Array(atoms.length);
    for (const [which, residue] of KNOWN.entries())
      for (let k = 0; k < WIDTH; k++)
        places[WIDTH * residue + k] = atoms[WIDTH * residue + k]! + SHIFTS[which]![k % 3]!;
    // Its O lies elsewhere, as O does in another chain: it is taken over, and says nothing of how to move others.
    places[WIDTH * 2 + 9]! += 1.5;
    const isKnown = Uint8Array.from({ length: COUNT }, (_, i) => Number(KNOWN.includes(i)));
    const scaffold = { atoms: places, isKnown, hasBackbone: isKnown };
    const laid = laidOnScaffold(atoms, scaffold);
    const shareOfSecond = [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1];
    for (const [at, x] of laid.entries()) {
      const residue = Math.floor(at / WIDTH);
      if (isKnown[residue]) {
        expect(x).toBe(places[at]);
        continue;
      }
      const share = shareOfSecond[residue]!;
      const [first, second] = SHIFTS.map((shift) => shift[at % 3]!);
      expect(x - atoms[at]!).toBeCloseTo((1 - share) * first! + share * second!, 4);
    }
  });

  it('turns residues with the known one', () => {
    const atoms = chain();
    const turned = atoms.map((_, at) => [-atoms[at + 1]!, atoms[at - 1]!, atoms[at]!][at % 3]!);
    const isKnown = new Uint8Array(COUNT).fill(1, 4, 5);
    const laid = laidOnScaffold(atoms, { atoms: turned, isKnown, hasBackbone: isKnown });
    for (const [at, x] of laid.entries()) expect(x).toBeCloseTo(turned[at]!, 4);
  });
});
