import { describe, expect, it } from 'vitest';
import type { LanguageModelRunner } from '#architectures/esmfold/language-model/runner';
import { MASK_TOKEN, TOKEN_OF_AATYPE } from '#architectures/esmfold/language-model/tokens';
import { AMINO_ACIDS, scoreMutations, type ScoringOptions } from '#predict/mutation-scores';
import { aatypeOf } from '#sequence/amino-acids';

const NUM_TOKENS = 33;
/** What the model says at a place of a token, and how much more of it where that place is masked. */
const logit = (place: number, token: number, isMasked: boolean): number =>
  ((place * 31 + token * 17) % 23) * (isMasked ? 64 : 1);

/** A language model of these logits, which takes so many sequences at a time. */
function runner(largest: number) {
  const runs: number[][] = [];
  const asked: [number, number][] = [];
  const run: LanguageModelRunner['run'] = ({ shape, data }) => {
    const [batch, length] = shape as [number, number];
    const numResidues = length - 2;
    runs.push(
      Array.from({ length: batch }, (_, i) =>
        data.slice(i * length, (i + 1) * length).findIndex((token) => token === MASK_TOKEN),
      ),
    );
    const logits = Float32Array.from({ length: batch * numResidues * NUM_TOKENS }, (_, k) => {
      const token = k % NUM_TOKENS;
      const place = Math.floor(k / NUM_TOKENS) % numResidues;
      const of = Math.floor(k / NUM_TOKENS / numResidues);
      return logit(place, token, data[of * length + place + 1] === MASK_TOKEN);
    });
    return Promise.resolve({ logits: { shape: [batch, numResidues, NUM_TOKENS], data: logits } } as never); // prettier-ignore
  };
  const largestBatch = (numResidues: number, most: number) => {
    asked.push([numResidues, most]);
    return Math.min(largest, most);
  };
  return { runner: { run, largestBatch } as unknown as LanguageModelRunner, runs, asked };
}

const SEQUENCE = 'MKXVL';
const expected = (isMasked: boolean, places: readonly number[]): number[] => {
  const aatype = aatypeOf(SEQUENCE);
  return Array.from({ length: SEQUENCE.length * 20 }, (_, k) => {
    const [place, mutant] = [Math.floor(k / 20), k % 20];
    if (SEQUENCE[place] === 'X' || !places.includes(place)) return NaN;
    const of = (type: number) => logit(place, TOKEN_OF_AATYPE[type]!, isMasked);
    return of(mutant) - of(aatype[place]!);
  });
};
const score = async (largest: number, options: ScoringOptions = {}) => {
  const { runner: model, runs, asked } = runner(largest);
  const done: number[] = [];
  const scores = await scoreMutations(
    model,
    { name: 'x', sequence: SEQUENCE },
    { ...options, onPosition: (count) => done.push(count) },
  );
  return { scores, runs, asked, done };
};

describe('masked marginals', () => {
  it('mask each position in turn, as many at a time as fit, in runs of one size', async () => {
    const { scores, runs, asked, done } = await score(2);
    expect(runs).toEqual([
      [1, 2],
      [3, 4],
      [5, 5],
    ]);
    expect(done).toEqual([2, 4, 5]);
    expect(asked).toEqual([[5, Math.floor(4096 / 7)]]);
    expect([...scores.logOdds]).toEqual(expected(true, [0, 1, 2, 3, 4]));
    expect(scores).toMatchObject({
      ...{ name: 'x', sequence: SEQUENCE, firstResidue: 1, method: 'masked-marginals' },
    });
  });

  it('make runs alike rather than full', async () => {
    expect((await score(4)).runs.map(({ length }) => length)).toEqual([3, 3]);
    expect((await score(9)).runs.map(({ length }) => length)).toEqual([5]);
  });

  it('are of the places alone that are asked for', async () => {
    const { scores, runs, done } = await score(1, { places: [1, 4], firstResidue: 7 });
    expect(runs).toEqual([[2], [5]]);
    expect(done).toEqual([1, 2]);
    expect([...scores.logOdds]).toEqual(expected(true, [1, 4]));
    expect(scores.firstResidue).toBe(7);
  });
});

describe('wild-type marginals', () => {
  it('come from one run of the sequence as it is', async () => {
    const { scores, runs, done } = await score(2, { method: 'wildtype-marginals', places: [0, 3] });
    expect(runs).toEqual([[-1]]);
    expect(done).toEqual([2]);
    expect([...scores.logOdds]).toEqual(expected(false, [0, 3]));
    expect(scores.method).toBe('wildtype-marginals');
  });
});

it('a chain without residues has no mutants', async () => {
  const empty = scoreMutations(runner(1).runner, { name: 'x', sequence: '' });
  await expect(empty).rejects.toMatchObject({ code: 'SEQUENCE_EMPTY' });
  expect(AMINO_ACIDS.join('')).toBe('ARNDCQEGHILKMFPSTWYV');
});
