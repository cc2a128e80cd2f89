import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { gradients } from '#tensor/gradients';
import { graphOf } from '#tensor/graph';
import { encode, integer } from '#tensor/onnx/protobuf';
import * as ops from '#tensor/ops';
import { broadcastShapes } from '#tensor/shape';
import { broadcastableShapes, shape } from '../helpers/arbitraries.js';
import { numbersOf } from '../helpers/finite-differences.js';
import { integers, readFields } from '../helpers/protobuf-reader.js';
import { randomTensor } from '../helpers/random.js';
import { evaluate } from '../helpers/reference-engine.js';

const engine = nodeEngine(1);
const seed = fc.nat();
const close: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const dispose of close) await dispose();
});

describe('broadcasting', () => {
  it('gives both orders the same shape', () => {
    fc.assert(
      fc.property(broadcastableShapes, ({ a, b }) => {
        expect(broadcastShapes(a, b)).toEqual(broadcastShapes(b, a));
      }),
    );
  });

  it('has gradients of its arguments’ shapes, and onnxruntime agrees with plain loops', async () => {
    await fc.assert(
      fc.asyncProperty(broadcastableShapes, seed, async ({ a, b }, n) => {
        const inputs = [ops.input('a', a), ops.input('b', b)] as const;
        const product = ops.multiply(ops.sin(inputs[0]), inputs[1]);
        const [byA, byB] = gradients(ops.sum(ops.square(product)), inputs);
        const graph = graphOf({ product, byA: byA!, byB: byB! });
        const feeds = { a: randomTensor(a, n), b: randomTensor(b, n + 1) };
        const executable = await engine.compile(graph);
        close.push(() => executable.dispose());
        const results = await executable.run(feeds);
        expect([results.byA.shape, results.byB.shape]).toEqual([a, b]);
        for (const [name, tensor] of Object.entries(graph.outputs)) {
          const [data] = evaluate([tensor], numbersOf(feeds));
          const expected = { shape: tensor.shape, data: data! };
          expect(results[name as keyof typeof results]).toBeCloseToTensor(expected, { atol: 1e-4 });
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('operations that move elements', () => {
  const anAxis = shape.filter(({ length }) => length > 0);
  const valueOf = (tensor: ReturnType<typeof ops.reshape>, x: { data: ArrayLike<number> }) =>
    evaluate([tensor], { x: x.data })[0]!;

  it('are undone by their opposites', () => {
    fc.assert(
      fc.property(anAxis, fc.nat(), fc.nat(3), fc.nat(3), seed, (sizes, pick, before, after, n) => {
        const x = ops.input('x', sizes);
        const feed = randomTensor(sizes, n);
        const axis = pick % sizes.length;
        const length = sizes[axis]!;
        const padded = ops.pad(x, axis, before, after);
        const back = ops.slice(padded, axis, before, before + length);
        const joined = ops.concat(ops.split(x, axis, [1, length - 1].filter(Boolean)), axis);
        const around = sizes.map((_, i) => (i + pick) % sizes.length);
        const turned = ops.transpose(
          ops.transpose(x, around),
          around.map((_, i) => around.indexOf(i)),
        );
        for (const same of [back, joined, turned, ops.stack(ops.unstack(x, axis), axis)]) {
          expect(same.shape).toEqual(sizes);
          expect(valueOf(same, feed)).toBeCloseToTensor(feed.data, { atol: 0, rtol: 0 });
        }
      }),
    );
  });
});

describe('protobuf integers', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.maxSafeInteger(), (field, value) => {
        expect(integers(readFields(encode(integer(field, value))), field)).toEqual([value]);
      }),
    );
  });
});
