import { describe, expect, it } from 'vitest';
import { Parameters } from '#layers/parameters';
import { rigidOf } from '#layers/structure-module/frames';
import {
  structureModule,
  type StructureModuleConfig,
} from '#layers/structure-module/structure-module';
import { frameAlignedPointError } from '#loss/frame-aligned-error';
import { gradients } from '#tensor/gradients';
import { add, constant, input, reshape } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { randomIndices, randomTensor } from '../../helpers/random.js';
import { evaluate } from '../../helpers/reference-engine.js';

const N = 3;
const CONFIG: Omit<StructureModuleConfig, 'numIterations'> = {
  singleChannels: 5,
  pairChannels: 3,
  attentionChannels: 2,
  numHeads: 2,
  numQueryPoints: 2,
  numValuePoints: 3,
  resnetChannels: 7,
  numTransitionLayers: 1,
  numResnetBlocks: 1,
  lengthScale: 10,
  epsilon: 1e-8,
};
/** In float64: step² for curvature, and 1e-16 / step for rounding, with room for large derivatives. */
const STEP = 1e-5;
const TOLERANCE = { atol: 1e-6, rtol: 1e-5 };

const random = (shape: number[], seed: number) => constant(randomTensor(shape, seed).data, shape);
const AATYPE = constant(randomIndices([1, N], 1, 20).data, [1, N]);
const TRUTH = {
  frames: rigidOf({ quaternion: random([1, N, 4], 2), translation: random([1, N, 3], 3) }),
  points: random([1, N * 14, 3], 4),
};
const ONES = {
  frameMask: constant(new Float32Array(N).fill(1), [1, N]),
  pointMask: constant(new Float32Array(N * 14).fill(1), [1, N * 14]),
};

/** Frame aligned point error of all atoms, summed over iterations, and every input with numbers for it. */
function traced(numIterations: number) {
  const parameters = new Parameters();
  const inputs = {
    single: input('single', [1, N, CONFIG.singleChannels]),
    pair: input('pair', [1, N, N, CONFIG.pairChannels]),
    quaternion: input('quaternion', [1, N, 4]),
    translation: input('translation', [1, N, 3]),
  };
  const { single, pair, quaternion, translation } = inputs;
  const iterations = structureModule(
    parameters,
    {
      single,
      pair,
      aatype: AATYPE,
      mask: constant([1, 1, 1], [1, N]),
      initialFrames: { quaternion, translation },
    },
    { ...CONFIG, numIterations },
  );
  const loss = iterations
    .map(({ frames, atom14 }) =>
      frameAlignedPointError(
        { frames: rigidOf(frames), points: reshape(atom14, [1, N * 14, 3]) },
        TRUTH,
        { ...ONES, clamp: 1e3 },
      ),
    )
    .reduce((a, b) => add(a, b));
  const tensors: Record<string, Tensor> = { ...inputs };
  for (const [name, { tensor }] of parameters.all) tensors[name] = tensor;
  const numbers = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape }], i) => [
      name,
      Float64Array.from(randomTensor(shape, 10 + i).data),
    ]),
  );
  return { loss, tensors, numbers };
}

/** The derivative along a random direction of one input: by gradients and by central differences. */
function derivatives({ loss, tensors, numbers }: ReturnType<typeof traced>, name: string) {
  const direction = randomTensor(tensors[name]!.shape, 7).data;
  const moved = (step: number) => numbers[name]!.map((value, i) => value + step * direction[i]!);
  const at = (step: number) => evaluate([loss], { ...numbers, [name]: moved(step) })[0]![0]!;
  const [gradient] = gradients(loss, [tensors[name]!]);
  const [values] = evaluate([gradient!], numbers);
  return {
    byGradient: values!.reduce((total, value, i) => total + value * direction[i]!, 0),
    byDifferences: (at(STEP) - at(-STEP)) / (2 * STEP),
  };
}

describe('the gradient of a frame aligned point error through the structure module', () => {
  const one = traced(1);
  it.each(Object.keys(one.tensors))('is that of central differences by %s', (name) => {
    const { byGradient, byDifferences } = derivatives(one, name);
    expect([byGradient]).toBeCloseToTensor([byDifferences], TOLERANCE);
  });

  it('moves something through every input but biases that cannot matter', () => {
    const without = Object.keys(one.tensors).filter(
      (name) => Math.abs(derivatives(one, name).byGradient) < 1e-9,
    );
    // A bias that all pairs of a head share is lost in its softmax.
    expect(without).toEqual(['ipa.linear_b.bias']);
  });

  it('goes through all iterations where rotations do not depend on the state, so that stopping theirs loses nothing', () => {
    const two = traced(2);
    two.numbers['bb_update.linear.weight']!.fill(0, 0, 3 * CONFIG.singleChannels);
    for (const name of ['single', 'pair', 'translation', 'ipa.linear_q_points.weight']) {
      const { byGradient, byDifferences } = derivatives(two, name);
      expect([byGradient], name).toBeCloseToTensor([byDifferences], TOLERANCE);
    }
  });

  it('does not go through the rotations of earlier iterations', () => {
    const two = traced(2);
    const { byGradient, byDifferences } = derivatives(two, 'single');
    expect(Math.abs(byGradient - byDifferences)).toBeGreaterThan(1e-4);
  });
});
