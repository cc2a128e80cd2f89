import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import { interpret } from '#sequence/input';
import { readStructure } from '#web/molecule/read-structure';
import { compareMolecules } from '#web/panels/comparison';
import { contactShares } from '#web/panels/contact-shares';
import { residueText } from '#web/panels/residue-text';
import { strongestLinks } from '#web/panels/strongest-links';
import { accessionIn } from '#web/lookup/public-databases';
import {
  describeEstimate,
  estimateFor,
  estimateOfAll,
  estimatesOf,
  suited,
} from '#web/data/estimate';
import { EXAMPLES } from '#web/submit/examples';
import { excerptAt } from '#web/submit/excerpt';
import { confidenceColour, ramp } from '#web/viewer/colours';
import { measure } from '#web/viewer/measure';
import { broadestPose, widened } from '#web/viewer/pose';

const text = readFileSync('test/fixtures/web/1ema-a.pdb', 'utf8');
const molecule = readStructure(text, '1ema-a');

describe('compareMolecules', () => {
  const referenceOf = (file: string) => ({ name: 'file', structure: parseStructure(file, 'file') });

  it('says what reading the reference had to assume', () => {
    const twice = `MODEL        1\n${text}ENDMDL\nMODEL        1\n${text}`;
    expect(compareMolecules(molecule, referenceOf(text)).notes).toEqual([]);
    expect(compareMolecules(molecule, referenceOf(twice)).notes).toEqual([
      expect.stringMatching(/^file:\d+: model 1 appears twice; this one is read as model 2$/),
    ]);
  });

  it('gives perfect scores to a turned and shifted copy', () => {
    const turned = text.replace(
      /^(ATOM.{26})(.{8})(.{8})(.{8})/gm,
      (_, head: string, x: string, y: string, z: string) =>
        head +
        [-Number(y) + 5, Number(x) - 3, Number(z) + 90]
          .map((value) => value.toFixed(3).padStart(8))
          .join(''),
    );
    const { comparison, moved } = compareMolecules(molecule, referenceOf(turned));
    expect(comparison.rmsd).toBeLessThan(0.002);
    expect(comparison.tmScore).toBeCloseTo(1, 4);
    expect(comparison.lddt).toBeCloseTo(1, 4);
    const distance = moved.positions.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - molecule.positions[i]!)),
      0,
    );
    expect(distance).toBeLessThan(0.01);
  });

  it('leaves residues without a partner unscored', () => {
    const half = text
      .split('\n')
      .filter((line) => Number(line.slice(22, 26)) > 100)
      .join('\n');
    const { comparison, lddtPerResidue } = compareMolecules(molecule, referenceOf(half));
    expect(comparison.numPaired).toBe(125);
    expect(lddtPerResidue[99]).toBeNaN();
    expect(lddtPerResidue[100]).toBeGreaterThan(0.99);
  });

  it('divides the TM-score by the length of the reference, whichever is longer', () => {
    const half = text
      .split('\n')
      .filter((line) => Number(line.slice(22, 26)) > 100)
      .join('\n');
    const { numResidues } = molecule;
    const ofHalf = compareMolecules(readStructure(half, 'half'), referenceOf(text)).comparison;
    expect(ofHalf.tmScore).toBeCloseTo(125 / numResidues, 3);
    expect(compareMolecules(molecule, referenceOf(half)).comparison.tmScore).toBeCloseTo(1, 3);
  });

  it('shows the chain of the reference that it compares, and no other', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('ATOM'));
    const asChain = (chain: string, shift: number): string[] =>
      lines.map(
        (line) =>
          line.slice(0, 21) +
          chain +
          line.slice(22, 30) +
          (Number(line.slice(30, 38)) + shift).toFixed(3).padStart(8) +
          line.slice(38),
      );
    const two = [...asChain('P', 300).slice(0, 200), 'TER', ...asChain('Q', 60), 'TER'].join('\n');
    const { comparison, moved } = compareMolecules(molecule, referenceOf(two));
    expect(comparison.reference.chainId).toBe('Q');
    expect(moved.chains.map(({ id }) => id)).toEqual(['Q']);
    expect(Math.abs(moved.positions[0]! - molecule.positions[0]!)).toBeLessThan(0.01);
    const named = compareMolecules(molecule, referenceOf(two), { referenceChain: 'P' });
    expect(named.comparison.reference.chainId).toBe('P');
  });
});

describe('residueText', () => {
  const result = { molecule, codons: [] } as unknown as Parameters<typeof residueText>[0];

  it('says what the picture shows before anything else', () => {
    const values = Float32Array.from({ length: molecule.numResidues }, (_, i) =>
      i === 1 ? NaN : 0.826,
    );
    const shown = { label: 'lDDT', values };
    expect(residueText(result, 0, shown)).toMatch(/^A \w+ \d+, lDDT 0\.83, pLDDT \d+, coil$/);
    expect(residueText(result, 1, shown)).toMatch(/, no lDDT, pLDDT /);
    expect(residueText(result, 0)).toMatch(/^A \w+ \d+, pLDDT /);
  });
});

it('widens a view to what lies outside it', () => {
  const pose = broadestPose(molecule);
  expect(widened(pose, molecule)).toEqual(pose);
  const aside = {
    ...molecule,
    positions: molecule.positions.map((x, i) => (i % 3 === 0 ? x + 40 : x)),
  };
  const wide = widened(pose, aside);
  expect(wide.radius).toBeGreaterThan(pose.radius + 20);
  expect(wide.matrix).toBe(pose.matrix);
});

describe('attention', () => {
  it('ranks pairs by both directions and leaves neighbours out', () => {
    const weights = new Float32Array(49);
    weights[0 * 7 + 5] = 0.3;
    weights[5 * 7 + 0] = 0.2;
    weights[1 * 7 + 6] = 0.4;
    weights[2 * 7 + 3] = 0.9;
    const links = strongestLinks(weights, 5);
    expect(links.map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [1, 6],
    ]);
    expect(links[0]!.weight).toBe(1);
  });

  it('are judged by separation, and against chance', () => {
    const n = 31;
    const [weights, distances] = [new Float32Array(n * n), new Float32Array(n * n).fill(20)];
    const set = (i: number, j: number, weight: number, distance: number): void => {
      weights[i * n + j] = weight;
      distances[i * n + j] = distance;
    };
    set(0, 24, 1, 5); // of the ceil(31 / 5) = 7 strongest of 28 pairs that are 24 or more apart, one touches
    set(0, 12, 0, 5); // touches, and is not among the strongest of its separation
    for (let i = 1; i < 8; i++) set(i, i + 12, 1, 20);
    set(3, 9, 1, Number.NaN); // has no place
    const [long, medium, short] = contactShares(weights, distances, 8);
    expect(long!.touching).toBeCloseTo(1 / 7);
    expect(long!.byChance).toBeCloseTo(1 / 28);
    expect(medium!.touching).toBe(0);
    expect(medium!.byChance).toBeGreaterThan(0);
    expect(short).toMatchObject({ touching: 0, byChance: 0 });
    expect(contactShares(new Float32Array(81), new Float32Array(81), 8)).toHaveLength(1);
  });
});

describe('estimates', () => {
  const measured = [
    { numResidues: 100, seconds: 1, megabytes: 100 },
    { numResidues: 200, seconds: 4, megabytes: 200 },
  ];
  it('follow a power law between and beyond what was measured', () => {
    expect(estimateFor(measured, 100)!.seconds).toBeCloseTo(1);
    expect(estimateFor(measured, 141.42)!.seconds).toBeCloseTo(2, 2);
    expect(estimateFor(measured, 400)!.seconds).toBeCloseTo(16);
    expect(estimateFor(measured, 50)!.megabytes).toBeCloseTo(50);
    expect(estimateFor([], 10)).toBeUndefined();
    expect(estimateFor(measured.slice(1), 10)!.seconds).toBe(4);
    const recycling = measured.map((entry) => ({ ...entry, secondsPerRecycle: entry.seconds }));
    expect(estimateFor(recycling, 100, 3)!.seconds).toBeCloseTo(4);
    expect(estimateFor(recycling, 100, 0)!.seconds).toBeCloseTo(1);
  });
  it('of what could be installed count recycles and the alignment', () => {
    const run = { numResidues: 100, megabytes: 50, seconds: 40, secondsPerRecycle: 9 };
    const single = { ...run, seconds: 4, secondsPerRecycle: 1 };
    const model = { numRecycles: 3, runs: [run], singleRuns: [single] };
    const chains = [{ id: 'A', sequence: 'A'.repeat(100) }];
    const seconds = (hasAlignment: boolean, numRecycles?: number): number =>
      estimateOfAll([{ chains }], suited(estimatesOf(model), hasAlignment), numRecycles)!.seconds;
    expect(seconds(true)).toBeCloseTo(40);
    expect(seconds(true, 0)).toBeCloseTo(13);
    expect(seconds(false)).toBeCloseTo(4);
    expect(seconds(false, 5)).toBeCloseTo(6);
  });
  it('are said in words', () => {
    expect(describeEstimate({ seconds: 0.2, megabytes: 80 })).toBe(
      'under a second, 80 MB of memory',
    );
    expect(describeEstimate({ seconds: 150, megabytes: 2140 })).toBe(
      'about 3 min, 2.1 GB of memory',
    );
  });
});

it('shows a letter within its own line', () => {
  expect(excerptAt('>name\nMKV4LAW\nAAA', 9)).toEqual({ before: 'MKV', letter: '4', after: 'LAW' });
  const long = excerptAt('A'.repeat(50) + '4' + 'A'.repeat(50), 50);
  expect(long.before).toBe('…' + 'A'.repeat(12));
  expect(long.after).toBe('A'.repeat(12) + '…');
});

it('has examples that are understood without a warning', () => {
  for (const { fasta, label } of EXAMPLES) {
    const [record, ...others] = interpret(fasta);
    expect(others).toEqual([]);
    expect(record!.warnings, label).toEqual([]);
  }
  const insulin = interpret(EXAMPLES.find(({ label }) => label === 'Insulin gene')!.fasta)[0]!;
  expect(insulin.chains[0]!.sequence).toMatch(/^MALWMRLLPLLALLALWGPDPAAA.*NYCN$/);
  expect(insulin.chains[0]!.sequence).toHaveLength(110);
});

describe('colours', () => {
  it('are those of AlphaFold DB, limits included', () => {
    const hex = (plddt: number): string =>
      confidenceColour(plddt, 'usual')
        .map((part) => part.toString(16).padStart(2, '0'))
        .join('');
    expect([90.1, 90, 70.1, 70, 50.1, 50, 0].map(hex)).toEqual([
      '0053d6',
      '65cbf3',
      '65cbf3',
      'ffdb13',
      'ffdb13',
      'ff7d45',
      'ff7d45',
    ]);
  });
  it('ramp from end to end', () => {
    const stops = [
      [0, 0, 0],
      [100, 0, 0],
      [100, 200, 0],
    ] as const;
    expect(ramp(stops, 0.25)).toEqual([50, 0, 0]);
    expect(ramp(stops, 2)).toEqual([100, 200, 0]);
  });
});

it('measures a distance, an angle and a dihedral', () => {
  const [n, ca, c, o] = [0, 1, 2, 3];
  expect(measure(molecule, [n, ca])!.text).toMatch(/^1\.4\d Å$/);
  expect(measure(molecule, [n, ca, c])!.value).toBeGreaterThan(104);
  expect(measure(molecule, [n, ca, c])!.value).toBeLessThan(118);
  expect(measure(molecule, [n, ca, c, o])!.kind).toBe('dihedral');
  expect(measure(molecule, [n])).toBeUndefined();
});

describe('accessions', () => {
  it('are told apart by their form, whatever the case', () => {
    expect(accessionIn(' 1crn ')).toEqual({ database: 'PDB', id: '1CRN' });
    const human = { database: 'AlphaFold DB', id: 'P69905' };
    for (const text of ['p69905', 'AF-P69905-F1', 'AF-P69905-F1-model_v6'])
      expect(accessionIn(text)).toEqual(human);
    expect(accessionIn('A0A024B7W1')?.id).toBe('A0A024B7W1');
  });

  it('are nothing else', () => {
    for (const text of [
      '',
      'MKVL',
      'insulin',
      'P6990',
      '../1CRN',
      'https://files.rcsb.org',
      '1CRN 2',
    ])
      expect(accessionIn(text), text).toBeUndefined();
  });
});
