import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { blosum62Module, OUTPUT } from '../../../data/substitution-scores/generate.js';

describe('BLOSUM62', () => {
  it('is generated from the table in data/', () => {
    expect(readFileSync(OUTPUT, 'utf8')).toBe(blosum62Module());
  });

  it('is symmetric and in the order of aatype', () => {
    for (const [i, row] of BLOSUM62.entries())
      for (const [j, score] of row.entries()) expect(score).toBe(BLOSUM62[j]![i]);
    const [w, c, d, e] = aatypeOf('WCDE') as unknown as [number, number, number, number];
    expect([BLOSUM62[w]![w], BLOSUM62[c]![c], BLOSUM62[d]![e]]).toEqual([11, 9, 2]);
  });
});
