import { countFolds, type FoldCount } from '#confidence/fold-count';
import type { ChainEvaluation, Count } from './chain-evaluation.js';
import { FOLD_CLASSES } from './fold-class.js';
import { meanScores, type MeanScores } from './mean-scores.js';
import { calibration, joinMoments, mean, momentsOf, pearson, type Decile } from './statistics.js';

/** How good a model is on a set of chains. */
export interface EvaluationSummary {
  readonly numChains: number;
  readonly numResidues: number;
  readonly scores: MeanScores;
  readonly byLength: readonly MeanScores[];
  readonly byFoldClass: readonly MeanScores[];
  readonly confidence: {
    /** Of pLDDT and true lDDT-CA, over residues. */
    readonly pearson: number;
    /** pLDDT and 100 × lDDT-CA in each tenth of the residues, by rising pLDDT. */
    readonly deciles: readonly Decile[];
    /** Largest difference of the two means in a tenth, points. */
    readonly worstDecile: number;
  };
  readonly ptm: {
    readonly mean: number;
    readonly meanTm: number;
    readonly pearson: number;
    readonly folds: readonly FoldCount[];
  };
  /** Å, over pairs of residues. */
  readonly pae: {
    readonly meanPredicted: number;
    readonly meanActual: number;
    readonly pearson: number;
  };
  readonly physics: {
    /** Share of neighbouring CA atoms 3.8 ± 0.15 Å apart. */
    readonly caDistances: number;
    /** Number of D-amino acids. */
    readonly dAminoAcids: number;
    /** Share of residues whose backbone comes within 2 Å of another's. */
    readonly backboneClashes: number;
    readonly ramachandranOutliers: number;
  };
  /** Share of residues in the right one of helix, strand and coil, by DSSP on both structures. */
  readonly q3: number;
}

const LENGTH_GROUPS: readonly (readonly [string, number, number])[] = [
  ['to 100', 0, 100],
  ['101 to 200', 101, 200],
  ['201 to 300', 201, 300],
  ['over 300', 301, Infinity],
];

/** Sums up a set of evaluated chains, one at least. */
export function summarise(chains: readonly ChainEvaluation[]): EvaluationSummary {
  const plddt = chains.flatMap((chain) => [...chain.plddt]);
  const lddt = chains.flatMap((chain) => Array.from(chain.lddt, (value) => 100 * value));
  const deciles = calibration(plddt, lddt);
  const [ptm, tm] = [chains.map((chain) => chain.ptm), chains.map((chain) => chain.tm)];
  const errors = joinMoments(chains.flatMap(({ alignedErrors }) => alignedErrors ?? []));
  const numPairs = Math.max(1, errors.count);
  return {
    numChains: chains.length,
    numResidues: chains.reduce((sum, { numResidues }) => sum + numResidues, 0),
    scores: meanScores('model', chains)[0]!,
    byLength: LENGTH_GROUPS.flatMap(([name, least, most]) =>
      meanScores(
        name,
        chains.filter(({ numResidues }) => numResidues >= least && numResidues <= most),
      ),
    ),
    byFoldClass: FOLD_CLASSES.flatMap((name) =>
      meanScores(
        name,
        chains.filter(({ foldClass }) => foldClass === name),
      ),
    ),
    confidence: {
      pearson: pearson(momentsOf(plddt, lddt)),
      deciles,
      worstDecile: Math.max(
        ...deciles.map(({ meanPredicted, meanTrue }) => Math.abs(meanPredicted - meanTrue)),
      ),
    },
    ptm: {
      mean: mean(ptm),
      meanTm: mean(tm),
      pearson: pearson(momentsOf(ptm, tm)),
      folds: countFolds(chains),
    },
    pae: {
      meanPredicted: errors.x / numPairs,
      meanActual: errors.y / numPairs,
      pearson: pearson(errors),
    },
    physics: {
      caDistances: 1 - failedShare(chains.map(({ caDistances }) => caDistances)),
      dAminoAcids: chains.reduce((sum, { chirality }) => sum + chirality.failed, 0),
      backboneClashes: failedShare(chains.map(({ clashes }) => clashes)),
      ramachandranOutliers: failedShare(chains.map(({ ramachandran }) => ramachandran)),
    },
    q3: 1 - failedShare(chains.map(({ secondaryStructure }) => secondaryStructure)),
  };
}

function failedShare(counts: readonly Count[]): number {
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
  return sum('failed') / Math.max(1, sum('checked'));
}
