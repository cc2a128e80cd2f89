import { SAME_FOLD } from '#confidence/fold-count';
import type { Evaluation } from './evaluate.js';
import type { MeanScores } from './mean-scores.js';
import { plainScores, type TraceScores } from './trace-scores.js';

const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
const score = (value: number): string => value.toFixed(3);

/** An evaluation as aligned lines for a terminal. */
export function formatEvaluation({ summary, baselines }: Evaluation): string {
  const { confidence, ptm, pae, physics, scores } = summary;
  const compared = [scores, ...baselines];
  return [
    `${summary.numChains} chains, ${summary.numResidues} residues`,
    '',
    row('each chain once', COLUMNS),
    ...compared.map((mean) => scoresRow(mean.name, mean)),
    '',
    row('each residue once', COLUMNS),
    ...compared.map(({ name, pooled }) => scoresRow(name, pooled)),
    '',
    'lDDT-CA counts all distances within 15 Å; 3 apart: only of residues at least 3 places apart',
    'secondary structure only: the chain that predicted phi and psi build, without distances',
    'nearest training chain: residues that no alignment covers count as wrong',
    '',
    ...[...summary.byLength, ...summary.byFoldClass].map(groupRow),
    '',
    `pLDDT against lDDT-CA of residues: Pearson ${score(confidence.pearson)}, worst tenth ${confidence.worstDecile.toFixed(1)} points off`,
    row(
      '  pLDDT by tenths',
      confidence.deciles.map(({ meanPredicted: x }) => x.toFixed(1)),
      6,
    ),
    row(
      '  100 × lDDT-CA',
      confidence.deciles.map(({ meanTrue: x }) => x.toFixed(1)),
      6,
    ),
    `pTM ${score(ptm.mean)} against TM-score ${score(ptm.meanTm)}: Pearson ${score(ptm.pearson)}`,
    ...ptm.folds.map(
      ({ ptmFrom, numChains, numRight }) =>
        `  pTM from ${ptmFrom}: ${numRight} of ${numChains} folds right (TM-score above ${SAME_FOLD})`,
    ),
    `PAE ${pae.meanPredicted.toFixed(2)} Å against ${pae.meanActual.toFixed(2)} Å: Pearson ${score(pae.pearson)}`,
    '',
    `neighbouring CA 3.8 ± 0.15 Å apart  ${share(physics.caDistances)}`,
    `D-amino acids                       ${physics.dAminoAcids}`,
    `residues with a backbone clash      ${share(physics.backboneClashes)}`,
    `Ramachandran outliers               ${share(physics.ramachandranOutliers)}`,
    `Q3 of DSSP                          ${score(summary.q3)}`,
    '',
  ].join('\n');
}

const COLUMNS = ['TM-score', 'lDDT-CA', '3 apart', 'GDT-TS'];
const NAME_WIDTH = 26;

function row(name: string, cells: readonly string[], width = 10): string {
  return (name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(width)).join('')).trimEnd();
}

function scoresRow(name: string, { tm, lddtCa, distantLddtCa, gdtTs }: TraceScores): string {
  return row(name, [tm, lddtCa, distantLddtCa, gdtTs].map(score));
}

function groupRow(group: MeanScores): string {
  return `${scoresRow(group.name, group)}   ${group.count} chains`;
}

/** An evaluation as plain data for a JSON file: the summary, and the scores of each chain. */
export function evaluationData({ summary, baselines, chains }: Evaluation): object {
  return {
    summary,
    baselines,
    chains: chains.map(({ record, model, baselines }) => ({
      pdb: record.pdb,
      chain: record.chain,
      length: record.length,
      kind: record.kind,
      foldClass: model.foldClass,
      ...plainScores(model),
      meanPlddt: model.meanPlddt,
      ptm: model.ptm,
      baselines,
    })),
  };
}
