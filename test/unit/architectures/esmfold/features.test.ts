import { describe, expect, it } from 'vitest';
import { featurise } from '#architectures/esmfold/features';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { relativePositionBins } from '#layers/relative-position';

describe('featurise', () => {
  it('numbers one chain from 0', () => {
    const { aatype, residueIndex, residues } = featurise(['ARX']);
    expect([...aatype]).toEqual([0, 1, 20]);
    expect([...residueIndex]).toEqual([0, 1, 2]);
    expect([...residues]).toEqual([0, 1, 2]);
  });

  it('joins chains by 25 glycines and jumps by 512 with each', () => {
    const { aatype, residueIndex, residues } = featurise(['AR', 'N', 'DCQ']);
    expect(aatype).toHaveLength(2 + 25 + 1 + 25 + 3);
    expect([...aatype.subarray(2, 27)]).toEqual(Array(25).fill(7));
    expect([...residues]).toEqual([0, 1, 27, 53, 54, 55]);
    expect(Array.from(residues, (at) => aatype[at])).toEqual([0, 1, 2, 3, 4, 5]);
    // A linker still belongs to the chain before it.
    expect(residueIndex[26]).toBe(26);
    expect(Array.from(residues, (at) => residueIndex[at])).toEqual([
      ...[0, 1],
      27 + 512,
      ...[53, 54, 55].map((at) => at + 1024),
    ]);
  });

  it('keeps chains further apart than relative positions reach', () => {
    const { residueIndex } = featurise(['AR', 'ND']);
    const bins = relativePositionBins(residueIndex, 32);
    const size = residueIndex.length;
    expect(bins[size - 1]).toBe(65); // first residue of all to the last
    expect(bins[(size - 1) * size]).toBe(1);
  });
});

describe('relative position bins', () => {
  it('are what a loop over the paper’s line gives', () => {
    const index = [0, 1, 5, 40, 41, 600];
    const reach = 7;
    const want = index.flatMap((from) =>
      index.map((to) => {
        const apart = to - from;
        if (apart < -reach) return 1;
        return apart > reach ? 2 * reach + 1 : apart + reach + 1;
      }),
    );
    expect([...relativePositionBins(index, reach)]).toEqual(want);
  });

  it('are 0 beside padding', () => {
    expect([...relativePositionBins([3, -1], 2)]).toEqual([3, 0, 0, 0]);
  });
});

describe('tokenise', () => {
  it('frames residues with start and end, and pads behind', () => {
    // "LAGVS" is 4 5 6 7 8 in ESM-2's alphabet.
    expect([...tokenise([10, 0, 7, 19, 15], 7)]).toEqual([0, 4, 5, 6, 7, 8, 2, 1, 1]);
    // "MKTVRQG"
    expect([...tokenise([12, 11, 16, 19, 1, 5, 7])]).toEqual([0, 20, 15, 11, 7, 10, 16, 6, 2]);
  });
});
