/**
 * @file Folds with checkpoints of the public sizes: ESMFold v1's trunk (48 blocks) on each ESM-2, weights random; beside
 * PyTorch where a Python has it.
 *
 * `npm run bench:full-size` takes 8M, 35M and 150M; `npm run bench:full-size -- 3B --residues 100` others.
 * `int8` and `float16` choose one precision of the weights, `--precision int8` computes from int8 factors too, `--blocks`
 * another number of blocks; `--folds 3` measures the third fold of a process, which has its weights in memory where there
 * is room.
 *
 * `npm run bench:full-size -- alphafold2 --residues 100,256 --rows 64:128,512:1024 --recycles 1` measures AlphaFold 2
 * networks of the published sizes instead, in float32 unless another precision is named.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ESM2, ESMFOLD_V1 } from '#architectures/esmfold/public-models';
import { measureAlphafold2 } from './full-size/alphafold2.js';
import { compareWithTorch } from './full-size/compare-torch.js';
import type { FoldMeasurement } from './full-size/fold-process.js';
import {
  syntheticEsmfold,
  writeSyntheticCheckpoint,
  type Precision,
} from './full-size/synthetic-checkpoint.js';

const PROCESS = fileURLToPath(new URL('full-size/fold-process.ts', import.meta.url));
const FLAGS = ['--conditions=source', '--import', 'tsx'];
const PRECISIONS: readonly Precision[] = ['float16', 'int8'];
type Size = keyof typeof ESM2;

interface MeasureOptions {
  readonly numResidues: string;
  readonly numFolds: string;
  readonly numBlocks: number;
  /** In which products are computed. */
  readonly computed: string;
  readonly withTorch: boolean;
}

async function measure(
  size: Size,
  precision: Precision,
  { numResidues, numFolds, numBlocks, computed, withTorch }: MeasureOptions,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'codonfold-full-size-'));
  try {
    const trunk = { ...ESMFOLD_V1.trunk, numBlocks };
    const config = { ...ESMFOLD_V1, languageModel: ESM2[size], trunk };
    const bytes = writeSyntheticCheckpoint(directory, syntheticEsmfold(config), precision);
    const { stdout, status } = spawnSync(
      process.execPath,
      [...FLAGS, PROCESS, directory, numResidues, numFolds, computed],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (status !== 0) throw new Error(`the process of ${size} in ${precision} failed`);
    const got = JSON.parse(stdout) as FoldMeasurement;
    console.log(
      [
        `${size} ${precision} weights, computed in ${computed}, ${numBlocks} blocks`,
        `file ${(bytes / 1e9).toFixed(2)} GB`,
        `${numResidues} residues in ${got.seconds.toFixed(1)} s (estimate ${got.estimatedSeconds.toFixed(0)} s)`,
        `peak ${got.megabytes.toFixed(0)} MB (estimate ${got.estimatedMegabytes} MB)`,
        got.isFinite ? 'finite' : 'NOT FINITE',
      ].join('  '),
    );
    if (withTorch) await compareWithTorch(directory, Number(numResidues));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** ESMFold on each of the language models that were named. */
async function measureEsmfold(): Promise<void> {
  const wanted = (Object.keys(ESM2) as Size[]).filter((size) => positionals.includes(size));
  const sizes: readonly Size[] = wanted.length > 0 ? wanted : ['8M', '35M', '150M'];
  for (const size of sizes)
    for (const precision of precisions.length > 0 ? precisions : PRECISIONS)
      await measure(size, precision, {
        numResidues: values.residues,
        numFolds: values.folds,
        numBlocks: Number(values.blocks),
        computed: values.precision,
        withTorch: size !== '3B', // as float32 it has no room beside ours
      });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    residues: { type: 'string', default: '100' },
    rows: { type: 'string', default: '64:128' },
    recycles: { type: 'string', default: '1' },
    folds: { type: 'string', default: '1' },
    precision: { type: 'string', default: 'float32' },
    blocks: { type: 'string', default: String(ESMFOLD_V1.trunk.numBlocks) },
  },
});
const precisions = PRECISIONS.filter((precision) => positionals.includes(precision));
if (positionals.includes('alphafold2'))
  measureAlphafold2({
    precision: precisions[0] ?? 'float32',
    residues: values.residues.split(','),
    rows: values.rows.split(','),
    recycles: values.recycles,
    numBlocks: Number(values.blocks),
  });
else await measureEsmfold();
