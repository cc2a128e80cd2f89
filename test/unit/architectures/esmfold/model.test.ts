import { describe, expect, it } from 'vitest';
import { esmfoldModel } from '#architectures/esmfold/model';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';

describe('an ESMFold model', () => {
  const model = esmfoldModel(CODONFOLD_SMALL);

  it('needs as much for five chains as for one that is longer by their four linkers', () => {
    const chains = model.estimate({ chainLengths: [7, 5, 5, 5, 5] });
    expect(chains).toEqual(model.estimate({ chainLengths: [27 + 4 * 25] }));
  });

  it('takes its own number of recycles where a request names none', () => {
    const chainLengths = [100];
    const { numRecycles } = CODONFOLD_SMALL;
    expect(model.estimate({ chainLengths })).toEqual(model.estimate({ chainLengths, numRecycles }));
    expect(model.estimate({ chainLengths, numRecycles: 3 }).seconds).toBeGreaterThan(
      model.estimate({ chainLengths, numRecycles: 1 }).seconds,
    );
  });
});
