import { expect, it } from 'vitest';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { refuseLargeTensors } from '#execution/refuse-large-tensors';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { expandAxis, input, multiply } from '#tensor/ops';
import { TINY_CONFIG, TINY_WEIGHTS } from '../../helpers/esmfold-tiny.js';

const x = input('x', [300]);
const graphs = () => [graphOf({ y: multiply(expandAxis(x, 0), expandAxis(x, 1)) }), graphOf({ x })];
const sizes = { batch: 1, numResidues: 300 };
const limited = (bytes: number) => ({
  name: 'onnxruntime-webgpu',
  largestTensorBytes: () => Promise.resolve(bytes),
});

it('refuses a run by the largest tensor of all its graphs, with both sizes', async () => {
  await expect(refuseLargeTensors(graphs, limited(359_999), sizes)).rejects.toMatchObject({
    code: 'MEMORY_ESTIMATE',
    message: '300 residues need a tensor of 1 MB; onnxruntime-webgpu takes none above 1 MB',
  });
});

it('lets through what the engine takes', async () => {
  await refuseLargeTensors(graphs, limited(360_000), sizes);
  await refuseLargeTensors(graphs, { name: 'any' }, sizes);
});

it('is asked before anything of a fold runs', async () => {
  const compile = () => Promise.reject(new Error('a graph was compiled'));
  const engine = { ...nodeEngine(1), compile, compileNarrow: compile, ...limited(100_000) };
  const runner = new StageRunner(engine, TINY_WEIGHTS, TINY_CONFIG);
  await expect(runner.prepare({ batch: 1, numResidues: 60 })).rejects.toMatchObject({
    code: 'MEMORY_ESTIMATE',
    message: expect.stringMatching(/^60 residues need a tensor of/) as string,
  });
});
