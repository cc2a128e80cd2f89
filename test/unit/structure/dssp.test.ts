import { describe, expect, it } from 'vitest';
import { dssp, threeStates } from '#structure/secondary-structure/dssp';
import { ORACLES, readFixture } from './fixtures.js';

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

describe('threeStates', () => {
  it('keeps helices and strands', () => {
    expect(threeStates('HGIEBTS-')).toBe('HHHEECCC');
  });
});
