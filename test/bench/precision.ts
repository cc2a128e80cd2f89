/**
 * @file How far float16 and int8 weights, and int8 products (`--precision int8`), move structures from those of float32: a
 * tiny checkpoint, and random weights in the shapes of ESMFold v1's trunk on an ESM-2.
 *
 * `npm run bench:precision` takes the 8M language model; `npm run bench:precision -- 35M --blocks 8` others.
 * `npm run bench:precision -- --data DIR` prints what int8 products cost our own language model on a data set's `val`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recogniseModel } from '#architectures/recognise';
import { ESM2, ESMFOLD_V1 } from '#architectures/esmfold/public-models';
import { localPredictor } from '#predict/predictor';
import { chainIdOf } from '#sequence/chain';
import { squaredDeviations, superpose } from '#structure/comparison/superposition';
import { CA_SLOT } from '#structure/residues/atoms';
import { int8NodeEngine, nodeEngine } from '#tensor/engine/onnxruntime-node';
import { convertCheckpoint } from '#weights/node/convert';
import { openCheckpoint } from '#weights/node/open';
import { printMaskedResidueLoss } from './precision/masked-residue-loss.js';
import { GOLDEN_CASES } from '../helpers/esmfold-tiny.js';
import { sequenceOf } from './full-size/sequence.js';
import { syntheticEsmfold, writeSyntheticCheckpoint } from './full-size/synthetic-checkpoint.js';

const TINY = fileURLToPath(new URL('../fixtures/esmfold-tiny/checkpoint', import.meta.url));
const ATOM_SLOTS = 14;
const SYNTHETIC_LENGTHS = [50, 100];

interface Folded {
  /** `[N, 3]` Å */
  readonly ca: Float32Array;
  /** `[N]` 0-100 */
  readonly plddt: Float32Array;
}

async function foldAll(
  checkpoint: string,
  proteins: readonly (readonly string[])[],
  engine = nodeEngine(2),
) {
  const { config, tensors } = openCheckpoint(checkpoint);
  const predictor = localPredictor(engine, {
    name: checkpoint,
    sha256: '',
    model: recogniseModel(config),
    weights: tensors,
  });
  const folded: Folded[] = [];
  for (const [i, sequences] of proteins.entries()) {
    const chains = sequences.map((sequence, chain) => ({ id: chainIdOf(chain), sequence }));
    const { atom14, plddt } = await predictor.predict({ name: String(i), chains });
    const ca = atom14.filter((_, at) => Math.floor(at / 3) % ATOM_SLOTS === CA_SLOT);
    folded.push({ ca, plddt });
  }
  await predictor.close();
  return folded;
}

/** Distance of each CA from where it should be, Å, after superposition. */
function distances(got: Folded, expected: Folded): number[] {
  const squared = new Float64Array(got.plddt.length);
  squaredDeviations(superpose(got.ca, expected.ca), got.ca, expected.ca, squared);
  return Array.from(squared, Math.sqrt);
}

function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1]!.toFixed(3)}, largest ${sorted.at(-1)!.toFixed(3)}`;
}

/**
 * Folds with a checkpoint as it is and in less precision, and prints how far CA atoms and pLDDT move.
 *
 * @param checkpoint folder with float32 weights
 * @param proteins sequences of the chains of each
 */
async function printDeviations(
  title: string,
  checkpoint: string,
  proteins: readonly (readonly string[])[],
): Promise<void> {
  const expected = await foldAll(checkpoint, proteins);
  const print = (what: string, got: readonly Folded[]) => {
    const moved = got.flatMap((one, i) => distances(one, expected[i]!));
    const plddt = got.flatMap((one, i) =>
      Array.from(one.plddt, (value, at) => Math.abs(value - expected[i]!.plddt[at]!)),
    );
    console.log(
      `${title}, ${what.padEnd(15)} against float32: CA ${summary(moved)} Å; pLDDT ${summary(plddt)}`,
    );
  };
  print('int8 products', await foldAll(checkpoint, proteins, int8NodeEngine(2)));
  for (const precision of ['float16', 'int8'] as const) {
    const directory = mkdtempSync(join(tmpdir(), 'codonfold-precision-'));
    try {
      const { config, tensors } = openCheckpoint(checkpoint);
      writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
      await convertCheckpoint(tensors, join(directory, 'model.safetensors'), precision);
      tensors.close();
      print(`${precision} weights`, await foldAll(directory, proteins));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}

async function printSynthetic(size: keyof typeof ESM2, numBlocks: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'codonfold-precision-'));
  try {
    const trunk = { ...ESMFOLD_V1.trunk, numBlocks };
    const config = { ...ESMFOLD_V1, languageModel: ESM2[size], trunk };
    writeSyntheticCheckpoint(directory, syntheticEsmfold(config), 'float32');
    const proteins = SYNTHETIC_LENGTHS.map((length) => [sequenceOf(length)]);
    await printDeviations(`random ${size}, ${numBlocks} blocks`, directory, proteins);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    blocks: { type: 'string', default: String(ESMFOLD_V1.trunk.numBlocks) },
    data: { type: 'string' },
  },
});
const sizes = (Object.keys(ESM2) as (keyof typeof ESM2)[]).filter((size) =>
  positionals.includes(size),
);
if (values.data !== undefined) await printMaskedResidueLoss(values.data);
else {
  const golden = GOLDEN_CASES.map(({ chains }) => chains);
  await printDeviations('tiny', TINY, golden);
  for (const size of sizes.length > 0 ? sizes : (['8M'] as const))
    await printSynthetic(size, Number(values.blocks));
}
