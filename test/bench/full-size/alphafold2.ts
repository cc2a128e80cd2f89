import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Alphafold2Measurement } from './alphafold2-process.js';
import {
  syntheticAlphafold2,
  writeSyntheticCheckpoint,
  type Precision,
} from './synthetic-checkpoint.js';

const PROCESS = fileURLToPath(new URL('alphafold2-process.ts', import.meta.url));

/** Which folds to measure. */
interface Alphafold2Folds {
  readonly precision: Precision;
  /** Lengths of proteins. */
  readonly residues: readonly string[];
  /** Rows of alignments, `CLUSTERS:EXTRA`. */
  readonly rows: readonly string[];
  readonly recycles: string;
  /** Evoformer blocks. */
  readonly numBlocks: number;
}

/**
 * Folds by an AlphaFold 2 network of the published sizes with random weights, each protein in a process of its own, and
 * prints time and peak memory of each beside what was estimated.
 */
export function measureAlphafold2({ precision, numBlocks, ...folds }: Alphafold2Folds): void {
  const directory = mkdtempSync(join(tmpdir(), 'codonfold-full-size-'));
  try {
    const bytes = writeSyntheticCheckpoint(directory, syntheticAlphafold2(numBlocks), precision);
    console.log(`${precision}, ${numBlocks} blocks, file ${(bytes / 1e6).toFixed(0)} MB`);
    for (const rows of folds.rows)
      for (const residues of folds.residues) print(directory, { ...folds, residues, rows });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function print(
  directory: string,
  { residues, rows, recycles }: Record<'residues' | 'rows' | 'recycles', string>,
): void {
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', PROCESS, directory, residues, rows, recycles],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error(`the fold of ${residues} residues with ${rows} rows failed`);
  const got = JSON.parse(stdout) as Alphafold2Measurement;
  console.log(
    [
      `${residues} residues, ${rows} rows`.padEnd(28),
      `${got.secondsPerPass.toFixed(1)} s a pass`,
      `${got.seconds.toFixed(1)} s in all (estimate ${got.estimatedSeconds.toFixed(0)} s)`,
      `peak ${got.megabytes.toFixed(0)} MB (estimate ${got.estimatedMegabytes} MB)`,
    ].join('  '),
  );
}
