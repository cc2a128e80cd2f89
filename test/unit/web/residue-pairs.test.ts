import { describe, expect, it } from 'vitest';
import type { TemplateUse } from '#architectures/family';
import { contactShares } from '#web/panels/contact-shares';
import { pseudoBetaDistances } from '#web/panels/distances';
import { cellAt, cellBeside } from '#web/panels/matrix-cells';
import { residueText, selectionText } from '#web/panels/residue-text';
import { strongestLinks } from '#web/panels/strongest-links';
import { templateLetters } from '#web/panels/template-letters';
import { smallMolecule } from '../../helpers/small-molecule.js';

describe('pseudoBetaDistances', () => {
  it('are between CB, or CA, or the first atom where there is no CA; NaN where there is no atom', () => {
    const molecule = smallMolecule([
      { atoms: { CA: [9, 9, 9], CB: [1, 2, 3] } },
      { atoms: { N: [50, 50, 50], CA: [3, 5, 9] } },
      { atoms: {} },
      { atoms: { N: [1, 2, -1], C: [70, 70, 70] } },
    ]);
    const expected = [
      [0, 7, NaN, 4],
      [7, 0, NaN, Math.sqrt(4 + 9 + 100)],
      [NaN, NaN, NaN, NaN],
      [4, Math.sqrt(113), NaN, 0],
    ].flat();
    for (const [k, distance] of pseudoBetaDistances(molecule).entries())
      if (Number.isNaN(expected[k])) expect(distance).toBeNaN();
      else expect(distance).toBeCloseTo(expected[k]!, 5);
  });
});

describe('contactShares', () => {
  const ABOUT_LONG = 24;

  /** Weights and distances of 27 residues, all far apart; six pairs of strongest are judged. */
  function maps(pairs: readonly (readonly [number, number, number, number])[]) {
    const n = 27;
    const [weights, distances] = [new Float32Array(n * n), new Float32Array(n * n).fill(20)];
    for (const [i, j, weight, distance] of pairs) {
      weights[i * n + j] = weight;
      distances[Math.min(i, j) * n + Math.max(i, j)] = distance;
    }
    return contactShares(weights, distances, 8);
  }

  it('have classes from 24, 12 and 6 residues on, those that the chain has', () => {
    const sizes = [6, 7, 12, 13, 24, 25].map((n) =>
      contactShares(new Float32Array(n * n), new Float32Array(n * n), 8).map(({ name }) => name),
    );
    const [short, medium, long] = ['short-range pairs', 'medium-range pairs', 'long-range pairs'];
    expect(sizes).toEqual([
      [],
      [short],
      [short],
      [medium, short],
      [medium, short],
      [long, medium, short],
    ]);
  });

  it('count a pair in the class of its separation, in whichever direction attention goes', () => {
    for (const [separation, at] of [
      [24, 0],
      [23, 1],
      [12, 1],
      [11, 2],
      [6, 2],
    ] as const)
      for (const [i, j] of [
        [1, 1 + separation],
        [1 + separation, 1],
      ] as const) {
        const shares = maps([[i, j, 1, 7.9]]);
        expect(shares.map(({ touching }) => touching > 0)).toEqual([0, 1, 2].map((k) => k === at));
        expect(shares.map(({ byChance }) => byChance > 0)).toEqual([0, 1, 2].map((k) => k === at));
      }
    expect(maps([[1, 6, 1, 5]]).every(({ byChance }) => byChance === 0)).toBe(true);
  });

  it('are of as many of the strongest as a fifth of the residues, and of pairs closer than the limit', () => {
    // Three pairs of 27 residues are 24 or more apart in this half of the map: 3 + 2 + 1.
    const [long] = maps([
      [0, ABOUT_LONG, 1, 7.99],
      [0, ABOUT_LONG + 1, 2, 8],
      [0, ABOUT_LONG + 2, 3, 9],
    ]);
    expect(long!.touching).toBeCloseTo(1 / 6, 9);
    expect(long!.byChance).toBeCloseTo(1 / 6, 9);
    // Of those 12 to 23 apart the six strongest: two of them touch.
    const ranked = [1, 2, 3, 4, 5, 6, 7].map(
      (weight) => [weight, weight + 12, weight, weight > 5 || weight === 1 ? 4 : 20] as const,
    );
    const medium = maps(ranked)[1]!;
    expect(medium.touching).toBeCloseTo(2 / 6, 9);
    let numPairs = 0;
    for (let separation = 12; separation <= 23; separation++) numPairs += 27 - separation;
    expect(medium.byChance).toBeCloseTo(3 / numPairs, 9);
    expect(maps([[3, 27 - 24, 0, NaN]])).toHaveLength(3);
  });
});

describe('strongestLinks', () => {
  const n = 7;
  const weights = new Float32Array(n * n);
  const set = (i: number, j: number, weight: number) => (weights[i * n + j] = weight);
  set(0, 3, 9); // too near
  set(1, 5, 0.5);
  set(5, 1, 0.25);
  set(6, 0, 0.5);
  set(2, 6, 0.25);

  it('add both directions of residues four or more apart, the strongest first, and that as 1', () => {
    expect(strongestLinks(weights, 9)).toEqual([
      { from: 1, to: 5, weight: 1 },
      { from: 0, to: 6, weight: 0.5 / 0.75 },
      { from: 2, to: 6, weight: 0.25 / 0.75 },
    ]);
    expect(strongestLinks(weights, 2)).toHaveLength(2);
    expect(strongestLinks(weights, 0)).toEqual([]);
    expect(strongestLinks(new Float32Array(n * n), 5)).toEqual([]);
  });
});

describe('cells of a map', () => {
  it('are of equal size beside and below the axes', () => {
    const box = { width: 130, height: 90, axis: 20 };
    // Of eleven, each is 10 pixels wide and 70 / 11 high.
    for (const cell of [0, 4, 10]) {
      const [x, y] = [20 + 10 * cell, 20 + (70 / 11) * cell];
      expect(cellAt({ x: x + 0.1, y: y + 0.1 }, box, 11)).toEqual({ row: cell, column: cell });
      expect(cellAt({ x: x + 9.9, y: y + 6.2 }, box, 11)).toEqual({ row: cell, column: cell });
    }
  });

  it('have none beyond the last', () => {
    expect(cellBeside({ row: 4, column: 4 }, 'ArrowDown', 5)).toEqual({ row: 4, column: 4 });
    expect(cellBeside({ row: 4, column: 0 }, 'ArrowLeft', 5)).toEqual({ row: 4, column: 0 });
  });
});

describe('residues in words', () => {
  const atoms = { CA: [0, 0, 0] as const };
  const molecule = {
    ...smallMolecule([
      { atoms, number: 12, plddt: 90.6, kind: 'helix' },
      { atoms },
      { atoms },
      { atoms },
      { atoms, number: 30 },
      { atoms, chain: 1, number: 4 },
      { atoms, chain: 1 },
    ]),
  };
  const named = {
    ...molecule,
    residues: {
      insertionCodes: ['', '', '', '', '', '', ''],
    } as unknown as typeof molecule.residues,
  };

  it('have their codon where there is one', () => {
    const result = { molecule: named, codons: [{ codon: 'GCU' }] } as unknown as Parameters<
      typeof residueText
    >[0];
    expect(residueText(result, 0)).toBe('A Ala 12, pLDDT 91, helix, codon GCU');
    expect(residueText(result, 5)).toBe('B Ala 4, pLDDT 50, coil');
  });

  it('are runs of each chain, in the order in which chains were selected', () => {
    expect(selectionText(molecule, new Set([6, 2, 0, 1, 4, 5]))).toBe('B 4–5; A 12–14, 30');
    expect(selectionText(molecule, new Set([1, 4]))).toBe('A 13, 30');
    expect(selectionText(molecule, new Set())).toBe('');
  });
});

describe('templateLetters', () => {
  it('are those of the columns in which the query has a residue', () => {
    const template = (more: Partial<TemplateUse>) => more as TemplateUse;
    const first = template({
      alignedQuery: 'AC-DE',
      alignedTemplate: 'AGKDE',
      residues: ['51', '52A', '', '54'],
    });
    expect(templateLetters([first], 5)).toEqual([
      { letter: 'A', number: '51', template: first },
      { letter: 'G', number: '52A', template: first },
      undefined,
      { letter: 'E', number: '54', template: first },
      undefined,
    ]);
    const second = template({ alignedQuery: '-AC', alignedTemplate: 'WVV', residues: ['7'] });
    expect(templateLetters([first, second], 3)[0]).toMatchObject({ letter: 'V', number: '7' });
    expect(templateLetters([], 2)).toEqual([undefined, undefined]);
  });
});
