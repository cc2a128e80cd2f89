import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import { compareStructures, percent } from '#structure/compare-structures';
import { residuesFromStructure, type FileResidues } from '#structure/from-bio-pdb';
import { movePoints } from '#structure/comparison/superposition';
import { readFixture } from './fixtures.js';

interface Oracle {
  readonly structure: string;
  readonly reference: string;
  readonly rmsd: number;
  readonly tmScore: number;
}
const oracles = JSON.parse(
  readFileSync('test/fixtures/structure/comparison-oracles.json', 'utf8'),
) as {
  noisy: Oracle & { gdtTs: number; lddt: number; lddtCa: number };
  shapes: readonly (Oracle & { numPaired: number })[];
};

const barstar = readFixture('1brs-d');
const trypsinInhibitor = readFixture('5pti-a');

/** A turn about z and a shift. */
const moved = (residues: FileResidues, shift = 40): FileResidues => ({
  ...residues,
  atom14: movePoints(
    {
      rotation: Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1),
      translation: Float64Array.of(shift, 3, -5),
    },
    residues.atom14,
  ),
});

/** Some residues of a structure, numbered as they were or from `first` on. */
function part(
  residues: FileResidues,
  isKept: (residue: number) => boolean,
  first?: number,
): FileResidues {
  const kept = Array.from(residues.aatype.keys()).filter(isKept);
  const pick = (values: ArrayLike<number>, width = 1): number[] =>
    kept.flatMap((residue) =>
      Array.from({ length: width }, (_, k) => values[residue * width + k]!),
    );
  return {
    ...residues,
    aatype: Uint8Array.from(pick(residues.aatype)),
    atom14: Float32Array.from(pick(residues.atom14, 42)),
    atom14Mask: Uint8Array.from(pick(residues.atom14Mask, 14)),
    chainIndex: Int32Array.from(pick(residues.chainIndex)),
    residueIndex: Int32Array.from(pick(residues.residueIndex)),
    residueNumber: Int32Array.from(
      first === undefined ? pick(residues.residueNumber) : kept.map((_, i) => first + i),
    ),
    insertionCodes: kept.map((residue) => residues.insertionCodes[residue]!),
  };
}

/** Structures side by side, as chains A, B, … */
function together(...structures: readonly FileResidues[]): FileResidues {
  const join = (of: (residues: FileResidues) => ArrayLike<number>): number[] =>
    structures.flatMap((residues) => Array.from(of(residues)));
  return {
    ...structures[0]!,
    aatype: Uint8Array.from(join(({ aatype }) => aatype)),
    atom14: Float32Array.from(join(({ atom14 }) => atom14)),
    atom14Mask: Uint8Array.from(join(({ atom14Mask }) => atom14Mask)),
    chainIndex: Int32Array.from(
      structures.flatMap(({ aatype }, chain) => Array<number>(aatype.length).fill(chain)),
    ),
    residueIndex: Int32Array.from(join(({ residueIndex }) => residueIndex)),
    residueNumber: Int32Array.from(join(({ residueNumber }) => residueNumber)),
    insertionCodes: structures.flatMap(({ insertionCodes }) => insertionCodes),
    chainIds: structures.map((_, chain) => String.fromCharCode(65 + chain)),
  };
}

describe('scores', () => {
  it('are those of TMscore and OpenStructure, with missing residues and mutations', () => {
    const { structure, reference, ...expected } = oracles.noisy;
    const found = compareStructures(readFixture(structure), readFixture(reference));
    expect(found).toMatchObject({ pairing: 'numbers', numPaired: 53, coverage: 53 / 58 });
    for (const [name, value] of Object.entries(expected))
      expect(Math.abs(found[name as keyof typeof expected] - value), name).toBeLessThan(6e-4);
  });

  it.each(oracles.shapes)('are those of TMalign for $structure on $reference', (expected) => {
    const found = compareStructures(
      readFixture(expected.structure),
      readFixture(expected.reference),
    );
    expect(found).toMatchObject({ pairing: 'structure', numPaired: expected.numPaired });
    expect(Math.abs(found.tmScore - expected.tmScore)).toBeLessThan(1e-5);
    expect(Math.abs(found.rmsd - expected.rmsd)).toBeLessThan(5.1e-3);
  });

  it('are divided by the reference chain, not by all chains', () => {
    const found = compareStructures(barstar, together(trypsinInhibitor, barstar));
    expect(found.reference).toEqual({ chainId: 'B', numResidues: 87 });
    expect(found.tmScore).toBeCloseTo(1, 6);
    const half = compareStructures(
      part(barstar, (residue) => residue < 43),
      barstar,
    );
    expect(half.rmsd).toBeLessThan(1e-5);
    expect(half.tmScore).toBeCloseTo(43 / 87, 6);
    expect(half.gdtTs).toBeCloseTo(43 / 87, 12);
    expect(half.lddt).toBeLessThan(0.6);
  });

  it('come with what moves the structure on the reference, and each residue', () => {
    const found = compareStructures(moved(barstar), barstar);
    expect(found.rmsd).toBeLessThan(1e-4);
    const back = movePoints(found.motion, moved(barstar).atom14.slice(3, 6));
    back.forEach((x, k) => {
      expect(Math.abs(x - barstar.atom14[3 + k]!)).toBeLessThan(1e-4);
    });
    expect(found.residues).toHaveLength(87);
    expect(found.residues[86]).toMatchObject({ structure: 86, reference: 86, lddt: 1, lddtCa: 1 });
    expect(Math.max(...found.residues.map(({ distance }) => distance))).toBeLessThan(1e-3);
  });
});

describe('residues', () => {
  const loop = (residue: number): boolean => residue < 20 || residue > 36;

  it('are paired by their numbers, whatever is missing in either', () => {
    const one = part(barstar, loop);
    const two = part(barstar, (residue) => residue < 50 || residue > 61);
    const found = compareStructures(moved(one), two);
    expect(found).toMatchObject({ pairing: 'numbers', numPaired: 87 - 17 - 12 });
    expect(found.rmsd).toBeLessThan(1e-4);
  });

  it('are paired by sequence where the numbers differ, with one gap for a missing loop', () => {
    // A loop that ends as the part before it does could be cut at either end: shape decides.
    for (let start = 5; start < 60; start += 5) {
      const cut = part(barstar, (residue) => residue < start || residue > start + 16, 301);
      const found = compareStructures(moved(cut), barstar);
      expect(found).toMatchObject({ pairing: 'sequence', numPaired: 70, identity: 1 });
      expect(found.rmsd).toBeLessThan(1e-4);
      const back = compareStructures(barstar, moved(cut));
      expect(back.rmsd).toBeLessThan(1e-4);
      expect(back.tmScore).toBeCloseTo(1, 6);
    }
  });

  it('are not paired by numbers that a missing loop shifts near the end', () => {
    const cut = part(barstar, (residue) => residue < 70 || residue > 79, 1);
    const found = compareStructures(moved(cut), barstar);
    expect(found).toMatchObject({ pairing: 'sequence', numPaired: 77, identity: 1 });
    expect(found.rmsd).toBeLessThan(1e-4);
  });

  it('are paired across a missing part that is longer than what is left', () => {
    const ends = part(barstar, (residue) => residue < 9 || residue > 76, 1);
    const found = compareStructures(ends, barstar);
    expect(found.numPaired).toBe(9 + 10);
    expect(found.rmsd).toBeLessThan(1e-4);
  });

  it('are not paired by numbers that belong to other residues', () => {
    const shifted = part(barstar, () => true, 4);
    const found = compareStructures(shifted, barstar);
    expect(found).toMatchObject({ pairing: 'sequence', numPaired: 87 });
    expect(found.rmsd).toBeLessThan(1e-5);
    const unrelated = compareStructures(trypsinInhibitor, barstar);
    expect(unrelated.pairing).toBe('structure');
  });

  it('are paired as one asks', () => {
    const shifted = part(barstar, () => true, 4);
    const byNumber = compareStructures(shifted, barstar, { pairing: 'numbers' });
    expect(byNumber).toMatchObject({ pairing: 'numbers' });
    expect(byNumber.rmsd).toBeGreaterThan(3);
    expect(compareStructures(shifted, barstar, { pairing: 'structure' }).tmScore).toBeCloseTo(1, 5);
  });

  it('of relatives are paired by sequence or by shape, whichever fits better', () => {
    const mutated = {
      ...barstar,
      // Every third residue another: still an alignment without gaps, which shape finds as well.
      aatype: barstar.aatype.map((type, i) => (i % 3 === 0 ? (type + 7) % 20 : type)),
    };
    const found = compareStructures(moved(mutated), barstar);
    expect(found).toMatchObject({ numPaired: 87, identity: 58 / 87 });
    expect(found.tmScore).toBeCloseTo(1, 6);
  });
});

describe('chains', () => {
  const bent = {
    ...barstar,
    atom14: barstar.atom14.map((x, i) => (i > 42 * 50 ? x + (i % 3) * 6 : x)),
  };

  it('are found by sequence, and among copies by shape', () => {
    const structure = together(trypsinInhibitor, moved(barstar, 90));
    const reference = together(bent, barstar, trypsinInhibitor);
    const found = compareStructures(structure, reference);
    expect([found.structure.chainId, found.reference.chainId]).toEqual(['B', 'B']);
    expect(found.tmScore).toBeCloseTo(1, 6);
    expect(found.residues[0]).toMatchObject({ structure: 58, reference: 87 });
  });

  it('are the first of equals', () => {
    const found = compareStructures(barstar, together(moved(barstar), barstar));
    expect(found.reference.chainId).toBe('A');
  });

  it('are found by shape where sequences say nothing', () => {
    const alanines = { ...barstar, aatype: new Uint8Array(87) };
    const found = compareStructures(alanines, together(trypsinInhibitor, moved(barstar)));
    expect(found.reference.chainId).toBe('B');
    expect(found).toMatchObject({ pairing: 'structure', numPaired: 87 });
  });

  it('can be named', () => {
    const reference = together(barstar, bent);
    expect(compareStructures(barstar, reference, { referenceChain: 'B' }).tmScore).toBeLessThan(
      0.9,
    );
    expect(() => compareStructures(barstar, reference, { referenceChain: 'C' })).toThrow(
      expect.objectContaining({
        code: 'STRUCTURE_MISMATCH',
        message: 'the reference has no protein chain C',
        hint: 'its chains are A, B',
      }) as Error,
    );
  });
});

describe('a comparison', () => {
  const first = (count: number, from = 0) =>
    part(barstar, (residue) => residue >= from && residue < from + count);

  it('takes ten residues in common, in short chains as many as they have, but four at least', () => {
    expect(compareStructures(first(40), first(40, 30)).numPaired).toBe(10);
    expect(() => compareStructures(first(40), first(40, 31))).toThrow(/only 9 residues in common/);
    expect(compareStructures(first(4), moved(first(4))).numPaired).toBe(4);
  });

  it('warns of less than seven tenths of either chain', () => {
    const enough = compareStructures(first(35), first(50));
    expect(enough).toMatchObject({ coverage: 0.7, structureCoverage: 1, warnings: [] });
    expect(compareStructures(first(34), first(50)).warnings).toHaveLength(1);
    const back = compareStructures(first(50), first(35));
    expect(back).toMatchObject({ coverage: 1, structureCoverage: 0.7, warnings: [] });
    expect(compareStructures(first(50), first(34)).warnings).toHaveLength(1);
  });

  it('warns of less than nine tenths that are of the same type', () => {
    const mutated = (count: number) => ({
      ...first(50),
      aatype: first(50).aatype.map((type, i) =>
        i % 9 === 4 && i < 9 * count ? (type + 7) % 20 : type,
      ),
    });
    expect(compareStructures(mutated(5), first(50))).toMatchObject({ identity: 0.9, warnings: [] });
    const { identity, warnings } = compareStructures(mutated(6), first(50));
    expect(identity).toBe(44 / 50);
    expect(warnings).toEqual([expect.stringMatching(/^only 88 % .* different proteins/) as string]);
  });

  it('warns of less than seven tenths of the atoms that the reference has in a residue', () => {
    const alanines = (numAtoms: number, count: number) => ({
      ...first(count),
      aatype: new Uint8Array(count),
      atom14Mask: first(count).atom14Mask.map((_, at) => Number(at % 14 < numAtoms)),
    });
    expect(compareStructures(alanines(4, 40), alanines(5, 50)).warnings).toEqual([]);
    expect(compareStructures(alanines(3, 40), alanines(5, 50)).warnings).toHaveLength(1);
    expect(compareStructures(alanines(7, 40), alanines(10, 50)).warnings).toEqual([]);
  });

  it('says how far each pair lies apart where the structure is brought on the reference', () => {
    const noisy = readFixture('5pti-a-noisy');
    const found = compareStructures(noisy, trypsinInhibitor);
    const lying = movePoints(found.motion, noisy.atom14);
    expect(found.residues.length).toBeGreaterThan(50);
    for (const { structure, reference, distance } of found.residues) {
      const apart = [3, 4, 5].map(
        (k) => lying[42 * structure + k]! - trypsinInhibitor.atom14[42 * reference + k]!,
      );
      expect(distance).toBeCloseTo(Math.hypot(...apart), 3);
    }
  });
});

describe('what cannot be compared', () => {
  it('is refused with the reason where too few residues correspond', () => {
    const start = part(barstar, (residue) => residue < 40);
    const end = part(barstar, (residue) => residue > 34);
    expect(() => compareStructures(start, end)).toThrow(
      /chain A of the structure and chain A of the reference have only 5 residues in common/,
    );
  });

  it('is refused where there is no CA atom', () => {
    const empty = { ...barstar, atom14Mask: new Uint8Array(87 * 14) };
    expect(() => compareStructures(barstar, empty)).toThrow(/the reference has no amino acids/);
  });

  it('does not keep short chains from being compared whole', () => {
    const peptide = part(barstar, (residue) => residue < 7);
    expect(compareStructures(peptide, moved(peptide)).rmsd).toBeLessThan(1e-4);
    const three = part(barstar, (residue) => residue < 3);
    expect(() => compareStructures(three, three)).toThrow(/only 3 residues in common/);
  });

  it('is flagged where little is paired, or other proteins are, or atoms are missing', () => {
    const half = part(barstar, (residue) => residue < 43);
    expect(compareStructures(half, barstar).warnings).toEqual([
      expect.stringMatching(/^only 49 % of the reference's residues are paired/) as string,
    ]);
    expect(compareStructures(barstar, half).warnings).toEqual([
      expect.stringMatching(/^only 49 % of the structure's residues are paired/) as string,
    ]);
    const different = compareStructures(trypsinInhibitor, readFixture('2hbb-a')).warnings;
    expect(different.at(-1)).toMatch(/^only 3 % .* different proteins, paired by shape$/);
    const trace = compareStructures(readFixture('1brs-d-model'), barstar).warnings;
    expect(trace).toEqual([expect.stringMatching(/read lDDT-CA$/) as string]);
    expect(compareStructures(barstar, barstar).warnings).toEqual([]);
  });
});

it('compares residues whose numbers repeat, by their insertion codes', () => {
  const text = readFileSync('test/fixtures/structure/5pti-a.pdb', 'utf8').replace(
    /^(ATOM.{18})  30 /gm,
    (_, head: string) => `${head}  29A`,
  );
  const coded = residuesFromStructure(parseStructure(text, 'coded'));
  expect(coded.insertionCodes[29]).toBe('A');
  expect(compareStructures(coded, coded)).toMatchObject({ pairing: 'numbers', numPaired: 58 });
  const found = compareStructures(coded, trypsinInhibitor);
  expect(found).toMatchObject({ pairing: 'numbers', numPaired: 57, tmScore: 57 / 58 });
});

it('calls a share 100 % only where nothing is missing', () => {
  expect([0, 0.004, 0.996, 1].map(percent)).toEqual(['0 %', '0 %', '99 %', '100 %']);
});
