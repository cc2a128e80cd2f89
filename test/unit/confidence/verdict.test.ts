import { describe, expect, it } from 'vitest';
import { countFolds, foldCountsOf, type FoldCount } from '#confidence/fold-count';
import { verdictOf } from '#confidence/verdict';

const judged = (ptm: number, counts?: readonly FoldCount[], plddt: readonly number[][] = [[80]]) =>
  verdictOf({ model: 'net', ptm, plddt }, counts);

const COUNTS: FoldCount[] = [
  { ptmFrom: 0, numChains: 60, numRight: 0 },
  { ptmFrom: 0.3, numChains: 20, numRight: 10 },
  { ptmFrom: 0.5, numChains: 10, numRight: 9 },
];

describe('verdictOf', () => {
  it('goes by what was measured at this pTM', () => {
    expect([0.1, 0.3, 0.49, 0.5, 0.9].map((ptm) => judged(ptm, COUNTS).fold)).toEqual([
      'wrong',
      'unclear',
      'unclear',
      'right',
      'right',
    ]);
    expect(judged(0.2, COUNTS).basis).toBe(
      'Of 60 proteins of known structure to which net gives a pTM below 0.3, without having been trained on them, none came out with the right fold (TM-score above 0.5).',
    );
    expect(judged(0.4, COUNTS).basis).toMatch(/^Of 20 .* pTM from 0\.3 to 0\.5, .* 10 came out/);
    expect(judged(0.8, COUNTS).basis).toMatch(/^Of 10 .* pTM of 0\.5 or more, .* 9 came out/);
  });

  it('does not call a complex right whose chains lie wrongly to each other', () => {
    const complex = (iptm: number) =>
      verdictOf(
        {
          ...{ model: 'net', ptm: 0.8, iptm, plddt: [[80], [80]] },
          chainPairs: [{ chains: ['A', 'B'], contacts: 9 }],
        },
        COUNTS,
      );
    expect(complex(0.9).fold).toBe('right');
    expect(complex(0.2).fold).toBe('unclear');
    expect(complex(0.2).headline).toContain('the complex is not');
  });

  it('knows what was counted with templates from what was counted without', () => {
    const small = { model: 'codonfold-small', ptm: 0.2, plddt: [[80]] };
    const [alone, relatives] = [false, true].map((isUsed) =>
      verdictOf({ ...small, templates: { chains: [{ isUsed }] } }),
    );
    expect(alone!.basis).toContain('to which codonfold-small gives');
    expect(relatives!.basis).toContain('to which codonfold-small with templates gives');
    expect(relatives!.basis).not.toBe(alone!.basis);
  });

  it('goes by pTM where nothing was measured, and says so', () => {
    expect([0.39, 0.41, 0.59, 0.6].map((ptm) => judged(ptm).fold)).toEqual([
      'wrong',
      'unclear',
      'unclear',
      'right',
    ]);
    expect(judged(0.83).basis).toMatch(/expects a TM-score of 0\.83 \(pTM\).*has not measured/);
  });

  it('trusts stretches of five residues and more above 70, bridging two that fall short', () => {
    const plddt = [90, 90, 90, 50, 50, 90, 50, 50, 50, 90, 90, 90, 90, 70, 71];
    expect(judged(0.5, undefined, [plddt]).trusted).toEqual([
      [0, 5],
      [9, 14],
    ]);
    expect(judged(0.5, undefined, [plddt]).trustedShare).toBeCloseTo(12 / 15, 6);
    expect(judged(0.5, undefined, [[90, 90, 90, 90]]).trusted).toEqual([]);
  });

  it('trusts no stretch of four residues, wherever it lies', () => {
    const four = [50, 50, 50, 90, 90, 90, 90, 50, 50];
    expect(judged(0.5, undefined, [four]).trusted).toEqual([]);
    const five = [50, 50, 50, 90, 90, 90, 90, 90, 50];
    expect(judged(0.5, undefined, [five]).trusted).toEqual([[3, 7]]);
  });

  it('bridges right after a first residue too', () => {
    expect(judged(0.5, undefined, [[90, 50, 50, 90, 90]]).trusted).toEqual([[0, 4]]);
    expect(judged(0.5, undefined, [[90, 50, 50, 50, 90, 90]]).trusted).toEqual([]);
  });

  it('trusts no share of a prediction without residues', () => {
    expect(judged(0.5, undefined, []).trustedShare).toBe(0);
  });

  it('is sure from three quarters of right folds, and of the opposite below 35 of 100', () => {
    const fold = (numRight: number) => judged(0.5, [{ ptmFrom: 0, numChains: 20, numRight }]).fold;
    expect([20, 15, 14, 7, 6, 0].map(fold)).toEqual([
      ...['right', 'right', 'unclear', 'unclear', 'wrong', 'wrong'],
    ]);
  });

  it('tells how chains lie to each other where there are several, and only there', () => {
    const pairs = [{ chains: ['A', 'B'], contacts: 9 }] as const;
    const of = (ptm: number, chainPairs?: typeof pairs) =>
      verdictOf({ model: 'net', ptm, iptm: 0.2, plddt: [[80]], chainPairs }, COUNTS);
    expect(of(0.9, pairs).arrangement?.isRight).toBe('wrong');
    expect(of(0.9)).not.toHaveProperty('arrangement');
    expect(of(0.1, pairs).fold).toBe('wrong');
    expect(of(0.1, pairs).headline).toBe('The overall fold is probably wrong.');
  });

  it('joins no stretches of different chains', () => {
    const five = [80, 80, 80, 80, 80];
    expect(judged(0.5, undefined, [five, five]).trusted).toEqual([
      [0, 4],
      [5, 9],
    ]);
  });
});

describe('countFolds', () => {
  it('counts TM-scores above 0.5 in ranges of pTM, leaving empty ranges out', () => {
    const chains = [
      { ptm: 0.1, tm: 0.2 },
      { ptm: 0.29, tm: 0.51 },
      { ptm: 0.6, tm: 0.5 },
      { ptm: 0.79, tm: 0.6 },
    ];
    expect(countFolds(chains)).toEqual([
      { ptmFrom: 0, numChains: 2, numRight: 1 },
      { ptmFrom: 0.6, numChains: 2, numRight: 1 },
    ]);
  });

  it('counts what lies on a limit in the range above it', () => {
    const limits = [0, 0.3, 0.4, 0.6, 0.8];
    const below = [0.299, 0.399, 0.599, 0.799, 1];
    const chains = [...limits, ...below].map((ptm) => ({ ptm, tm: ptm }));
    expect(countFolds(chains)).toEqual(
      [0, 0, 1, 2, 2].map((numRight, i) => ({ ptmFrom: limits[i], numChains: 2, numRight })),
    );
  });

  it('has of the shipped model what `codonfold evaluate` counted on 110 chains, 47 of them with relatives', () => {
    const summary = (hasTemplates: boolean) =>
      foldCountsOf('codonfold-small', hasTemplates).map(
        ({ ptmFrom, numChains, numRight }) => `from ${ptmFrom}: ${numRight} of ${numChains}`,
      );
    expect(summary(false)).toEqual(['from 0: 1 of 92', 'from 0.3: 4 of 12', 'from 0.4: 6 of 6']);
    expect(summary(true)).toEqual(['from 0: 4 of 8', 'from 0.6: 38 of 39']);
    expect(foldCountsOf('another', false)).toEqual([]);
    expect(foldCountsOf('another', true)).toEqual([]);
  });

  it.each([true, false])(
    'of the shipped model begin at 0 and rise, templates: %s',
    (hasTemplates) => {
      const counts = foldCountsOf('codonfold-small', hasTemplates);
      const from = counts.map(({ ptmFrom }) => ptmFrom);
      expect(from[0]).toBe(0);
      expect(from).toEqual([...new Set(from)].sort((a, b) => a - b));
      for (const { numChains, numRight } of counts) expect(numRight).toBeLessThanOrEqual(numChains);
    },
  );
});
