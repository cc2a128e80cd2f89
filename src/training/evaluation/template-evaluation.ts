/** @file How much better a model is at folding after relatives than copying them would be. */
import { FoldError } from '#errors';
import { aatypeOf } from '#sequence/amino-acids';
import { alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { CA_SLOT } from '#structure/residues/atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { alignTemplates, type AlignedTemplate } from '#structure/templates/align-templates';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { chainAtoms, type ChainRecord, type Dataset } from '#training/data/dataset';
import type { Evaluation } from './evaluate.js';
import { mean } from './statistics.js';
import { caPositions, scoreTrace, traceAtoms } from './trace-scores.js';

/** Of each chain that has one, the best relative. */
export type Relatives = ReadonlyMap<ChainRecord, AlignedTemplate>;

/** A relative that is more alike would be the same protein. */
const MOST_IDENTICAL = 0.9;

/**
 * The best relative of each chain among those of `val_homolog`.
 *
 * @throws FoldError `USAGE` where no chain has any
 */
export function nearestRelatives(dataset: Dataset, records: readonly ChainRecord[]): Relatives {
  const chains = dataset.chains
    .filter(({ split }) => split === 'val_homolog')
    .map((record) => templateOf(dataset, record));
  const relatives = new Map<ChainRecord, AlignedTemplate>();
  for (const record of records) {
    const [best] = alignTemplates(aatypeOf(record.sequence), chains).filter(
      ({ identity, isRelated }) => isRelated && identity <= MOST_IDENTICAL,
    );
    if (best) relatives.set(record, best);
  }
  if (relatives.size === 0)
    throw new FoldError('USAGE', 'no chain has a relative among those of "val_homolog"');
  return relatives;
}

/** A chain of a data set as a template. */
export function templateOf(dataset: Dataset, record: ChainRecord): TemplateChain {
  const residues = chainAtoms(dataset, record);
  const [chain] = templateChains(
    {
      ...residues,
      chainIds: [record.chain],
      residueNumber: residues.residueIndex,
      insertionCodes: record.sequence.split('').fill(''),
    },
    record.pdb,
  );
  return chain!;
}

/** One chain: folded after its relative, and copied from it. */
export interface CopiedChain {
  readonly pdb: string;
  readonly chain: string;
  readonly template: string;
  readonly identity: number;
  readonly coverage: number;
  readonly folded: CopyScores;
  /** On the same alignment, residues without a partner counted as wrong. */
  readonly copied: CopyScores;
  /** In the same way, on an alignment as BLASTP scores it, from end to end. */
  readonly plain: CopyScores;
  /** As copied, but residues without a partner in their true places: the most that building them can give. */
  readonly filled: CopyScores;
}

interface CopyScores {
  readonly tm: number;
  readonly lddtCa: number;
}

/** Scores of copying beside those of an evaluation. */
export function compareWithCopying(
  dataset: Dataset,
  { chains }: Evaluation,
  relatives: Relatives,
): CopiedChain[] {
  return chains.map(({ record, model }) => {
    const relative = relatives.get(record)!;
    const query = aatypeOf(record.sequence);
    const truth = chainAtoms(dataset, record);
    const scoresOf = (copy: ResidueAtoms): CopyScores => {
      const { tm, lddtCa } = scoreTrace(copy, truth);
      return { tm, lddtCa };
    };
    const copy = copyOf(query, relative.chain, relative.pairs);
    const plain = alignSequences(query, relative.chain.aatype, { scope: 'whole' });
    return {
      pdb: record.pdb,
      chain: record.chain,
      template: `${relative.chain.source} ${relative.chain.chainId}`,
      identity: relative.identity,
      coverage: relative.coverage,
      folded: { tm: model.tm, lddtCa: model.lddtCa },
      copied: scoresOf(copy),
      plain: scoresOf(copyOf(query, relative.chain, plain.pairs)),
      filled: scoresOf(filledFrom(truth, copy)),
    };
  });
}

function copyOf(query: Uint8Array, chain: TemplateChain, pairs: AlignedPairs): ResidueAtoms {
  const positions = new Float32Array(3 * query.length);
  const isKnown = new Uint8Array(query.length);
  for (const [here, there] of pairs) {
    isKnown[here] = 1;
    const ca = 3 * (14 * there + CA_SLOT);
    positions.set(chain.atom14.subarray(ca, ca + 3), 3 * here);
  }
  return traceAtoms(positions, query, isKnown);
}

/** A copy laid on the truth, which also gives what the copy lacks. */
function filledFrom(truth: ResidueAtoms, copy: ResidueAtoms): ResidueAtoms {
  const { motion } = scoreTrace(copy, truth);
  const [copied, real] = [caPositions(copy), caPositions(truth)];
  const positions = Float32Array.from(copied, (_, at) => {
    const [residue, axis] = [Math.floor(at / 3), at % 3];
    if (!copy.atom14Mask[14 * residue + CA_SLOT]) return real[at]!;
    const place = copied.subarray(3 * residue, 3 * residue + 3);
    return place.reduce(
      (sum, value, k) => sum + motion.rotation[3 * axis + k]! * value,
      motion.translation[axis]!,
    );
  });
  return traceAtoms(positions, truth.aatype);
}

/** Lower limits of the bands of identity that chains are grouped by. */
const BANDS = [0, 0.3, 0.4, 0.6];

/** Means by bands of identity, for a terminal. */
export function formatCopying(copies: readonly CopiedChain[]): string {
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(24) + cells.map((cell) => cell.padStart(11)).join('');
  const rowOf = (name: string, group: readonly CopiedChain[]) => {
    const of = (score: (chain: CopiedChain) => number) => mean(group.map(score)).toFixed(3);
    const worst = Math.min(...group.map(({ folded, copied }) => folded.tm - copied.tm));
    const ways = ['plain', 'copied', 'folded', 'filled'] as const;
    const scores = [
      ...ways.map((way) => of((chain) => chain[way].tm)),
      ...ways.map((way) => of((chain) => chain[way].lddtCa)),
    ];
    return `${line(name, [...scores, worst.toFixed(3)])}   ${group.length} chains`;
  };
  const bands = BANDS.flatMap((from, band) => {
    const to = BANDS[band + 1] ?? 1;
    const group = copies.filter(({ identity }) => identity >= from && identity < to);
    const name = `identity ${100 * from} to ${100 * Math.min(to, MOST_IDENTICAL)} %`;
    return group.length > 0 ? [rowOf(name, group)] : [];
  });
  return [
    '',
    line('folded after relatives', [
      ...['TM plain', 'copied', 'folded', 'filled', 'lDDT plain', 'copied', 'folded', 'filled'],
      'worst TM',
    ]),
    rowOf('all', copies),
    ...bands,
    '',
    'copied: the relative laid over the chain, residues without a partner counted as wrong; plain: the same on an',
    '  alignment of the sequences alone, as BLASTP scores it',
    'filled: copied, and residues without a partner put where they truly are: the most that building them can give',
    'worst TM: the least that folding gained over copying in one chain',
    '',
  ].join('\n');
}
