import { describe, expect, it } from 'vitest';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { HostTensor } from '#tensor/tensor';
import { tinyRunner } from '../helpers/esmfold-tiny.js';
import { runBatch } from '../helpers/run-batch.js';

/** Other matrix sizes add in another order; measured: 1e-5. */
const ROUNDING = { atol: 1e-4, rtol: 1e-5 };
const RECYCLES = 1;
const PER_RESIDUE = ['single', 'state', 'quaternion', 'translation', 'torsions', 'atom14', 'plddt'];
const PER_PAIR = ['pair', 'pae', 'contacts', 'tmTerms'];

const engine = nodeEngine(1);
const SHORT = featurise(['MKTXVRQGW']); // 9
const LONG = featurise(['ACDEFGHIKLMNPQRSTVWYACD']); // 23: long enough for the scale of the TM-score to see it
const DIMER = featurise(['MKTVR', 'GSH']); // 33 with its linker

type Tensors = Readonly<Record<string, HostTensor>>;

/** The part of batch entry `index` that belongs to its first `count` residues. */
function entry(tensors: Tensors, index: number, count: number): Record<string, HostTensor> {
  const cropped = [...PER_RESIDUE, ...PER_PAIR].map((name) => {
    const { shape, data } = tensors[name]!;
    const numAxes = PER_PAIR.includes(name) ? 2 : 1;
    const size = shape.slice(1).reduce((product, n) => product * n, 1);
    const own = data.subarray(index * size, (index + 1) * size);
    return [name, crop({ shape: shape.slice(1), data: own }, numAxes, count)] as const;
  });
  return Object.fromEntries(cropped);
}

/** The first `count` along each of the first axes. */
function crop({ shape, data }: HostTensor, numAxes: number, count: number): HostTensor {
  if (numAxes === 0) return { shape, data };
  const size = data.length / shape[0]!;
  const rows = Array.from({ length: count }, (_, i) =>
    crop(
      { shape: shape.slice(1), data: data.subarray(i * size, (i + 1) * size) },
      numAxes - 1,
      count,
    ),
  );
  return {
    shape: [count, ...rows[0]!.shape],
    data: Float32Array.from(rows.flatMap((row) => [...row.data])),
  };
}

function expectSame(got: Tensors, want: Tensors): void {
  for (const [name, tensor] of Object.entries(want)) {
    expect(got[name]!, name).toBeCloseToTensor(tensor, ROUNDING);
  }
}

async function alone(features: typeof SHORT) {
  const runner = tinyRunner(engine);
  const output = await runBatch(runner, [features], features.aatype.length, RECYCLES);
  await runner.close();
  return entry(output, 0, features.aatype.length);
}

describe('one sequence in a batch of one', () => {
  it('folds as fold() folds it', async () => {
    const runner = tinyRunner(engine);
    const { structure, pairHeads, single, pair } = await fold(runner, LONG, {
      numRecycles: RECYCLES,
    });
    await runner.close();
    const folded = entry({ ...structure, ...pairHeads, single, pair }, 0, 23);
    expectSame(await alone(LONG), folded);
  });
});

describe('a single residue', () => {
  it('folds, and as it does beside padding', async () => {
    const one = featurise(['M']);
    const runner = tinyRunner(engine);
    const output = await runBatch(runner, [one], 3, RECYCLES);
    await runner.close();
    expectSame(entry(output, 0, 1), await alone(one));
  });
});

describe('padding', () => {
  it.each([
    ['a short chain', SHORT, 13],
    ['a chain beyond 19 residues, whose length scales its TM-score', LONG, 37],
    ['a dimer with its linker', DIMER, 41],
  ])('changes nothing of %s', async (_, features, size) => {
    const runner = tinyRunner(engine);
    const output = await runBatch(runner, [features], size, RECYCLES);
    await runner.close();
    expectSame(entry(output, 0, features.aatype.length), await alone(features));
  });
});

describe('a batch', () => {
  it('gives each sequence what it gets alone, whatever the other is', async () => {
    const runner = tinyRunner(engine);
    const output = await runBatch(runner, [SHORT, LONG], 23, RECYCLES);
    await runner.close();
    expectSame(entry(output, 0, 9), await alone(SHORT));
    expectSame(entry(output, 1, 23), await alone(LONG));
  });
});

describe('a chunk size', () => {
  it.each([1, 4, 22, 23, 100])('of %i rows changes nothing', async (chunkSize) => {
    const runner = tinyRunner(engine, { chunkSize });
    const output = await runBatch(runner, [LONG], 23, RECYCLES);
    await runner.close();
    expectSame(entry(output, 0, 23), await alone(LONG));
  });
});
