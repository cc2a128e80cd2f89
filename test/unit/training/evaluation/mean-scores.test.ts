import { describe, expect, it } from 'vitest';
import { meanScores } from '#training/evaluation/mean-scores';

const chain = (numResidues: number, tm: number) => ({ numResidues, tm, lddtCa: 0.5, distantLddtCa: 0.3, gdtTs: 0.1 }); // prettier-ignore

describe('meanScores', () => {
  it('counts each chain once, and pooled each residue once', () => {
    const [mean] = meanScores('some', [chain(50, 0.8), chain(150, 0.4)]);
    expect(mean).toMatchObject({ name: 'some', count: 2 });
    expect(mean!.tm).toBeCloseTo(0.6);
    expect(mean!.pooled.tm).toBeCloseTo(0.5);
    expect(mean!.pooled.lddtCa).toBeCloseTo(0.5);
    expect(mean!.distantLddtCa).toBeCloseTo(0.3);
  });

  it('has nothing to say of no chains', () => {
    expect(meanScores('none', [])).toEqual([]);
  });
});
