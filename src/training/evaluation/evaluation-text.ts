import type { Evaluation } from './evaluate.js';
import type { GroupScores } from './summary.js';
import type { TraceScores } from './trace-scores.js';

const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
const score = (value: number): string => value.toFixed(3);

/** An evaluation as aligned lines for a terminal. */
export function formatEvaluation({ summary, baselines }: Evaluation): string {
  const { confidence, ptm, pae, physics } = summary;
  const { helix, torsionChain } = baselines;
  return [
    `${summary.numChains} chains, ${summary.numResidues} residues`,
    '',
    row('', ['TM-score', 'lDDT-CA', 'GDT-TS']),
    scoresRow('model', summary),
    ...(torsionChain ? [scoresRow('its torsions alone', torsionChain)] : []),
    scoresRow('ideal helix', helix),
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

const NAME_WIDTH = 22;

function row(name: string, cells: readonly string[], width = 10): string {
  return (name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(width)).join('')).trimEnd();
}

function scoresRow(name: string, { tm, lddtCa, gdtTs }: TraceScores): string {
  return row(name, [tm, lddtCa, gdtTs].map(score));
}

function groupRow(group: GroupScores): string {
  return `${scoresRow(group.name, group)}   ${group.count} chains`;
}

/** An evaluation as plain data for a JSON file: the summary, and the scores of each chain. */
export function evaluationData({ summary, baselines, chains }: Evaluation): object {
  return {
    summary,
    baselines,
    chains: chains.map(({ record, model, helix, torsionChain }) => ({
      pdb: record.pdb,
      chain: record.chain,
      length: record.length,
      kind: record.kind,
      foldClass: model.foldClass,
      tm: model.tm,
      lddtCa: model.lddtCa,
      gdtTs: model.gdtTs,
      meanPlddt: model.meanPlddt,
      ptm: model.ptm,
      helix,
      ...(torsionChain ? { torsionChain } : {}),
    })),
  };
}
