import { describe, expect, it } from 'vitest';
import { dssp, threeStates } from '#structure/secondary-structure/dssp';
import { PROLINE } from '#sequence/amino-acids';
import { madeUp, ORACLES, readFixture } from './fixtures.js';

describe('dssp', () => {
  it.each(Object.entries(ORACLES))('agrees with DSSP 4 on every residue of %s', (name, oracle) => {
    expect(dssp(readFixture(name))).toBe(oracle.dssp.replaceAll('P', '-'));
  });

  it('sees all eight states in the fixtures', () => {
    const states = new Set(Object.values(ORACLES).flatMap((oracle) => Array.from(oracle.dssp)));
    expect(
      [...states]
        .filter((state) => state !== 'P')
        .sort()
        .join(''),
    ).toBe('-BEGHIST');
  });

  it('finds nothing where only CA atoms are known', () => {
    expect(dssp(readFixture('5pti-a-model'))).toBe('-'.repeat(58));
  });

  it('sees no helix across two chains', () => {
    const residues = readFixture('1brs-d');
    const chainIndex = Int32Array.from(residues.chainIndex, (_, i) => Number(i >= 18));
    const whole = dssp(residues);
    const split = dssp({ ...residues, chainIndex });
    expect(whole.slice(12, 23)).toBe('HHHHHHHHHHH');
    expect(split.slice(15, 20)).not.toContain('HHHHH');
    expect(split.slice(40)).toBe(whole.slice(40));
  });
});

describe('a bend', () => {
  /** Prolines, which no hydrogen bonds, whose CA atoms go along x and from the third on another way. */
  const bent = (degrees: number, chains: readonly number[]) => {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    return madeUp(
      chains.map((chain, i) => {
        const after = Math.max(0, 3.8 * (i - 2));
        const ca = [3.8 * Math.min(i, 2) + after * cos, after * sin, 0] as const;
        const middle = [4, 4, 4] as const;
        return {
          aatype: PROLINE,
          chain,
          atoms: { 0: middle, 1: ca, 2: middle, 3: [6, 4, 4] as const },
        };
      }),
    );
  };

  it('is where the chain turns by more than 70 degrees', () => {
    expect(dssp(bent(71, [0, 0, 0, 0, 0]))).toBe('--S--');
    expect(dssp(bent(69.9, [0, 0, 0, 0, 0]))).toBe('-----');
    expect(dssp(bent(69.9, [0, 0, 0, 0]))).toBe('----');
  });

  it('is not where the chain is broken, nor at its ends', () => {
    for (const chains of [[0, 0, 0, 0, 1], [0, 1, 1, 1, 1], [0, 0, 0, 0], [0]])
      // prettier-ignore
      expect(dssp(bent(120, chains))).toBe('-'.repeat(chains.length));
  });
});

describe('threeStates', () => {
  it('keeps helices and strands', () => {
    expect(threeStates('HGIEBTS-')).toBe('HHHEECCC');
  });
});
