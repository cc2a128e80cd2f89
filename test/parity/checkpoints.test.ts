import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseModelConfig } from '#architectures/esmfold/config-file';
import { featurise } from '#architectures/esmfold/features';
import { fold, type FoldOutput } from '#architectures/esmfold/fold';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { ATOM14_MASK } from '#structure/residues/atoms';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { convertCheckpoint, type MatrixPrecision } from '#weights/node/convert';
import { openCheckpoint } from '#weights/node/open';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';
import { GOLDEN_CASES, goldenTensors, TINY_WEIGHTS } from '../helpers/esmfold-tiny.js';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-checkpoints-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const engine = nodeEngine(1);
const fixture = (path: string) =>
  fileURLToPath(new URL(`../fixtures/esmfold-tiny/${path}`, import.meta.url));
const golden = GOLDEN_CASES.find(({ name }) => name === 'short')!;
const features = featurise(golden.chains);

async function foldWith(
  path: string,
  options?: ConstructorParameters<typeof StageRunner>[3],
  numFolds = 1,
): Promise<FoldOutput> {
  const { config, tensors } = openCheckpoint(path);
  const runner = new StageRunner(engine, tensors, parseModelConfig(config), options);
  const foldOnce = () => fold(runner, features, { numRecycles: golden.numRecycles });
  try {
    for (let i = 1; i < numFolds; i++) await foldOnce();
    return await foldOnce();
  } finally {
    await runner.close();
    tensors.close();
  }
}

/** Coordinates of the atoms that each residue has. */
function atoms(atom14: ArrayLike<number>): number[] {
  return Array.from(atom14).filter((_, i) => {
    const atom = Math.floor(i / 3);
    return ATOM14_MASK[14 * features.aatype[Math.floor(atom / 14)]! + (atom % 14)] === 1;
  });
}

const coordinates = ({ structure }: FoldOutput) => atoms(structure.atom14.data);
const plddt = ({ structure }: FoldOutput) => Array.from(structure.plddt.data);

/** The tensors in three files with an index, as large models are published. */
function writeSharded(): string {
  const names = [...TINY_WEIGHTS.names];
  const weightMap: Record<string, string> = {};
  for (const shard of [1, 2, 3]) {
    const file = `model-0000${shard}-of-00003.safetensors`;
    const own = names.filter((_, i) => i % 3 === shard - 1);
    const tensors = own.map((name): [string, TensorToWrite] => [
      name,
      { dtype: 'F32', shape: TINY_WEIGHTS.info(name).shape, values: TINY_WEIGHTS.read(name) },
    ]);
    writeFileSync(join(directory, file), writeSafetensors(new Map(tensors)));
    for (const name of own) weightMap[name] = file;
  }
  const { config } = openCheckpoint(fixture('checkpoint'));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  writeFileSync(
    join(directory, 'model.safetensors.index.json'),
    JSON.stringify({ weight_map: weightMap }),
  );
  return directory;
}

/** The tensors with large matrices in less precision. */
async function writeConverted(precision: MatrixPrecision): Promise<string> {
  const path = join(directory, `${precision}.safetensors`);
  const { config } = openCheckpoint(fixture('checkpoint'));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  await convertCheckpoint(TINY_WEIGHTS, path, precision);
  return path;
}

describe.each([
  ['a folder with model.safetensors', () => fixture('checkpoint')],
  ['sharded safetensors', writeSharded],
  ['pytorch_model.bin', () => fixture('torch')],
  ['an original .pt with its language model beside it', () => fixture('original/esmfold_tiny.pt')],
])('ESMFold from %s', (_, path) => {
  it('folds as the original does it', async () => {
    const want = goldenTensors(golden.name);
    const got = await foldWith(path());
    expect(coordinates(got)).toBeCloseToTensor(atoms(want('positions').data), {
      atol: 1e-3,
      rtol: 0,
    });
    expect(got.structure.plddt).toBeCloseToTensor(want('plddt'), { atol: 1e-3, rtol: 0 });
    expect(got.pairHeads.pae).toBeCloseToTensor(want('predicted_aligned_error'), {
      atol: 1e-4,
      rtol: 0,
    });
    const { tmTerms } = got.pairHeads;
    const { ptm } = predictedTmScores(tmTerms.data, [tmTerms.shape[1]!]);
    expect(ptm).toBeCloseTo(golden.ptm, 5);
  });
});

describe.each(['float32', 'float16', 'int8'] as const)('weights in %s', (precision) => {
  it('fold to the same bits decoded, streamed, and kept in later folds', async () => {
    const path = precision === 'float32' ? fixture('checkpoint') : await writeConverted(precision);
    const decoded = await foldWith(path);
    const later = { decodedLimit: 0, memoryBytes: () => 16e9 };
    for (const got of [await foldWith(path, { decodedLimit: 0 }), await foldWith(path, later, 3)]) {
      expect(coordinates(got)).toEqual(coordinates(decoded));
      expect(plddt(got)).toEqual(plddt(decoded));
    }
  });
});

describe('a prediction that cannot fit into memory', () => {
  it('is refused before anything is run', async () => {
    await expect(foldWith(fixture('checkpoint'), { memoryBytes: () => 1e6 })).rejects.toMatchObject(
      { code: 'MEMORY_ESTIMATE' },
    );
  });
});

describe.each([
  // Largest and median deviation from float32, Å: twice what was measured.
  ['float16', { largest: 0.1, median: 0.03 }],
  ['int8', { largest: 2, median: 0.7 }],
] as const)('weights in %s', (precision, bound) => {
  it('move atoms by little', async () => {
    const expected = coordinates(await foldWith(fixture('checkpoint')));
    const got = coordinates(await foldWith(await writeConverted(precision)));
    const moved = got.map((x, i) => Math.abs(x - expected[i]!)).toSorted((a, b) => a - b);
    expect(moved.at(-1)).toBeLessThan(bound.largest);
    expect(moved[moved.length >> 1]).toBeLessThan(bound.median);
    expect(moved.at(-1)).toBeGreaterThan(0);
  });
});
