import { describe, expect, it } from 'vitest';
import { RELATED, sharedWords, wordsOf } from '#sequence/shared-words';

const UBIQUITIN = 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG';
const NEDD8 = 'MLIKVKTLTGKEIEIDIEPTDKVERIKERVEEKEGIPPQQQRLIYSGKQMNDEKTAADYKILGGSVLHLVLALRGG';
const CRAMBIN = 'TTCCPSIVARSNFNVCRLPGTPEALCATYTGCIIIPGATCPGDYAN';

const similarity = (one: readonly string[], other: readonly string[]): number =>
  sharedWords(wordsOf(one), wordsOf(other));

describe('shared words', () => {
  it('tell relatives from strangers', () => {
    expect(similarity([UBIQUITIN], [UBIQUITIN])).toBe(1);
    expect(similarity([UBIQUITIN], [NEDD8])).toBeGreaterThan(2 * RELATED);
    expect(similarity([UBIQUITIN], [CRAMBIN])).toBeLessThan(RELATED / 2);
  });

  it('are counted by hand', () => {
    // ACDE has ACD, CDE; AC.E; A.DE. ACDF has ACD, CDF; AC.F; A.DF.
    expect(wordsOf(['ACDE']).size).toBe(4);
    expect(similarity(['ACDE'], ['ACDF'])).toBe(1 / 4);
  });

  it('are those of all chains in any order, never across two of them', () => {
    expect(similarity([UBIQUITIN, CRAMBIN], [CRAMBIN, UBIQUITIN, CRAMBIN])).toBe(1);
    expect(wordsOf(['AC', 'DE'])).toEqual(new Set());
    expect(similarity(['AC'], ['AC'])).toBe(0);
  });

  it('hold no unknown residue', () => {
    expect(wordsOf(['AXCDE']).size).toBe(2); // CDE and A.DE
  });
});
