/**
 * @file How far our scores of real pairs of chains are from those of TMscore, TMalign and OpenStructure's lddt.
 *
 * `npm run bench:compare -- DATA [--pairs 100] [--seed 1]`, DATA being a data set with index.tsv and atom14.i16.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseStructure } from '#bio-pdb/parse-structure';
import { tableLines } from '#cli/table';
import { FoldError } from '#errors';
import { RESIDUE_NAMES } from '#sequence/amino-acids';
import type { PairingMethod } from '#structure/alignment/pair-residues';
import { compareStructures, type StructureComparison } from '#structure/compare-structures';
import { residuesFromStructure, type FileResidues } from '#structure/from-bio-pdb';
import { ATOM14_NAMES } from '#structure/residues/atoms';
import { openDataset } from '#training/data/dataset';
import { lddtOf, tmAlignOf, tmScoreOf, type OracleScores } from './comparison/oracles.js';
import { drawPairs, PAIR_KINDS, type ChainPair, type WrittenChain } from './comparison/pairs.js';

/** Largest deviation that we promise. */
const BAR = 0.001;
/** Half of the last digit that a program prints. */
const ROUNDING = { rmsd: 5e-3, tmScore: 5e-5, gdtTs: 5e-5, lddt: 5e-5, lddtCa: 5e-5 } as const;

type Score = keyof typeof ROUNDING;

/** One score of one pair. */
interface Measured {
  readonly kind: string;
  readonly name: string;
  readonly oracle: string;
  readonly score: Score;
  readonly deviation: number;
}

function pdbText(chains: readonly WrittenChain[]): string {
  const lines = chains.flatMap(({ residues, numbers }, chain) => [
    ...Array.from(residues.aatype).flatMap((type, residue) =>
      ATOM14_NAMES[type]!.flatMap((name, slot) => {
        if (!(residues.atom14Mask[14 * residue + slot]! > 0)) return [];
        const place = [0, 1, 2].map((k) =>
          residues.atom14[42 * residue + 3 * slot + k]!.toFixed(3).padStart(8),
        );
        const label = `${name.padEnd(3)} ${RESIDUE_NAMES[type]!} ${'ABC'[chain]!}`;
        const number = String(numbers[residue]!).padStart(4);
        return [
          `ATOM      1  ${label}${number}    ${place.join('')}  1.00  0.00${name[0]!.padStart(12)}`,
        ];
      }),
    ),
    'TER',
  ]);
  return [...lines, 'END', ''].join('\n');
}

const readFile = (path: string): FileResidues =>
  residuesFromStructure(parseStructure(readFileSync(path), path));

/** Writes a pair to files, and compares ours and theirs. */
function measure(pair: ChainPair, folder: string): Measured[] {
  const write = (name: string, ...chains: readonly WrittenChain[]): string => {
    const path = join(folder, `${name}.pdb`);
    writeFileSync(path, pdbText(chains));
    return path;
  };
  const structure = write('structure', pair.structure);
  const numbered = write('numbered', pair.numbered);
  const alone = write('reference', pair.reference);
  const reference = pair.bystander ? write('both', pair.bystander, pair.reference) : alone;
  const compare = (pairing?: PairingMethod): StructureComparison =>
    compareStructures(readFile(structure), readFile(reference), pairing ? { pairing } : {});
  const deviations = (oracle: string, theirs: OracleScores, ours: OracleScores): Measured[] =>
    Object.entries(theirs).map(([score, value]: [string, number]) => ({
      ...{ kind: pair.kind, name: pair.name, oracle, score: score as Score },
      deviation: ours[score as Score]! - value,
    }));
  if (pair.kind === 'relatives' || pair.kind === 'strangers')
    return deviations('TMalign', tmAlignOf(structure, alone), compare('structure'));
  const ours = compare();
  return [
    ...deviations('TMscore', tmScoreOf(numbered, alone), ours),
    ...deviations('lddt', lddtOf(numbered, alone), ours),
  ];
}

/** One row for each kind, program and score: the number of pairs and the worst of them. */
function rowsOf(measured: readonly Measured[]): string[][] {
  const groups = new Map<string, Measured[]>();
  for (const one of measured) {
    const key = [one.kind, one.oracle, one.score].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const worst = group.reduce((a, b) => (Math.abs(b.deviation) > Math.abs(a.deviation) ? b : a));
    const { kind, oracle, score, name, deviation } = worst;
    const remark = isWithin(worst) ? '' : 'too far';
    return [kind, oracle, score, String(group.length), deviation.toFixed(5), name, remark];
  });
}

const isWithin = ({ deviation, score }: Measured): boolean =>
  Math.abs(deviation) <= BAR + ROUNDING[score];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
if (positionals.length !== 1) throw new Error('usage: npm run bench:compare -- DATA [--pairs 100]');
const dataset = await openDataset(positionals[0]!);
const pairs = drawPairs(dataset, Number(values.pairs), Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'codonfold-compare-'));
const measured: Measured[] = [];
/** Pairs that we find too little in common to score. */
const refused: string[] = [];
try {
  for (const [i, pair] of pairs.entries()) {
    process.stderr.write(`\r${i + 1}/${pairs.length} `);
    try {
      measured.push(...measure(pair, folder));
    } catch (error) {
      if (!(error instanceof FoldError)) throw error;
      refused.push(`not compared: ${pair.kind} ${pair.name}: ${error.message}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.stderr.write('\n');
for (const [kind, meaning] of Object.entries(PAIR_KINDS)) console.log(`${kind}: ${meaning}`);
for (const oracle of ['TMscore', 'TMalign', 'lddt'])
  if (!measured.some((one) => one.oracle === oracle)) console.log(`${oracle} is not installed`);
const headings = ['kind', 'program', 'score', 'pairs', 'largest deviation', 'of', ''];
console.log(['', ...tableLines([headings, ...rowsOf(measured)])].join('\n'));
for (const line of refused) console.log(line);
if (!measured.every(isWithin)) process.exitCode = 1;
