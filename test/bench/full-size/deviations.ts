import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatModelConfig } from '#model/config-file';
import { featurise } from '#model/features';
import { fold } from '#predict/fold';
import { StageRunner } from '#predict/stage-runner';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { squaredDeviations, superpose } from '#structure/superposition';
import { convertCheckpoint } from '#weights/node/convert';
import { openCheckpoint } from '#weights/node/open';
import type { TensorSource } from '#weights/tensor-source';
import { GOLDEN_CASES, TINY_CONFIG, TINY_WEIGHTS } from '../../helpers/esmfold-tiny.js';

const ATOM_SLOTS = 14;
const PLDDT_SLOTS = 37;
const CA_SLOT = 1;

/** Folds the golden sequences: CA coordinates and pLDDT of CA, one list over all residues. */
async function foldAll(weights: TensorSource) {
  const runner = new StageRunner(nodeEngine(2), weights, TINY_CONFIG);
  const folded: { name: string; ca: Float32Array; plddt: Float32Array }[] = [];
  for (const { name, chains, numRecycles } of GOLDEN_CASES) {
    const { structure } = await fold(runner, featurise(chains), { numRecycles });
    const ca = structure['nextAtom14']!.data.filter(
      (_, i) => Math.floor(i / 3) % ATOM_SLOTS === CA_SLOT,
    );
    const plddt = structure['plddt']!.data.filter((_, i) => i % PLDDT_SLOTS === CA_SLOT);
    folded.push({ name, ca: Float32Array.from(ca), plddt: Float32Array.from(plddt) });
  }
  await runner.close();
  return folded;
}

function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1]!.toFixed(4)}, largest ${sorted.at(-1)!.toFixed(4)}`;
}

/** Prints how far float16 and int8 weights move the structures of the tiny checkpoint, after superposition. */
export async function printDeviations(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'codonfold-deviations-'));
  try {
    const expected = await foldAll(TINY_WEIGHTS);
    writeFileSync(join(directory, 'config.json'), JSON.stringify(formatModelConfig(TINY_CONFIG)));
    for (const precision of ['float16', 'int8'] as const) {
      const path = join(directory, 'model.safetensors');
      convertCheckpoint(TINY_WEIGHTS, path, precision);
      const got = await foldAll(openCheckpoint(path).tensors);
      const moved = got.flatMap(({ ca }, i) => {
        const squared = new Float64Array(ca.length / 3);
        squaredDeviations(superpose(ca, expected[i]!.ca), ca, expected[i]!.ca, squared);
        return Array.from(squared, Math.sqrt);
      });
      const plddt = got.flatMap((one, i) =>
        Array.from(one.plddt, (value, at) => Math.abs(value - expected[i]!.plddt[at]!)),
      );
      console.log(
        `tiny ${precision} against float32: CA ${summary(moved)} Å; pLDDT ${summary(plddt)}`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}
