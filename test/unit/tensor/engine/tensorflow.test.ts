import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tensorflowEngine } from '#tensor/engine/tensorflow';
import { graphOf } from '#tensor/graph';
import { gradients } from '#tensor/gradients';
import * as ops from '#tensor/ops';
import { describeEngine, describeKeeping } from '../../../helpers/engine-contract.js';
import { randomTensor } from '../../../helpers/random.js';

// Without it, tfjs prints advice on the first operation.
tf.enableProdMode();
beforeAll(() => tf.setBackend('cpu'));

describeEngine('tensorflow', () => tensorflowEngine(tf));
describe('engine tensorflow', () => {
  describeKeeping(() => tensorflowEngine(tf));
});

describe('memory of the tensorflow engine', () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
  });

  const x = ops.input('x', [7, 5]);
  const weight = ops.constant(randomTensor([5, 5], 1).data, [5, 5]);
  const y = ops.softmax(ops.matmul(x, weight));
  const [gradient] = gradients(ops.sum(ops.multiply(y, y)), [x]);
  const graph = graphOf({ y, gradient: gradient!, again: y, x });
  const feeds = { x: randomTensor([7, 5], 2) };

  it('holds nothing but constants between runs, and nothing at all after disposal', async () => {
    const executable = await tensorflowEngine(tf).compile(graph);
    const compiled = tf.memory().numTensors;
    await executable.run(feeds);
    expect(tf.memory().numTensors).toBe(compiled);
    await executable.run(feeds);
    expect(tf.memory().numTensors).toBe(compiled);
    await executable.dispose();
  });

  it('holds nothing after a refused run', async () => {
    const executable = await tensorflowEngine(tf).compile(graph);
    await expect(executable.run({})).rejects.toThrow('was not fed');
    await executable.dispose();
  });

  it('frees values while it runs, so that depth costs nothing', async () => {
    const peakOf = async (depth: number) => {
      let z: ReturnType<typeof ops.negate> = x;
      for (let i = 0; i < depth; i++) z = ops.negate(z);
      const executable = await tensorflowEngine(tf).compile(graphOf({ z }));
      const profile = await tf.profile(async () => {
        await executable.run(feeds);
        return [];
      });
      await executable.dispose();
      return profile.peakBytes;
    };
    expect(await peakOf(50)).toBe(await peakOf(5));
  });
});
