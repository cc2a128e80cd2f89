import { expect, it } from 'vitest';
import { FoldError } from '#errors';
import type { Engine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { triedTensorSizes } from '#tensor/engine/tried-tensor-sizes';
import { sizeOf } from '#tensor/shape';

const LIMIT = 3 * 2 ** 20;

/** An engine that fails as a card does at what is larger, and the sizes that it was asked for. */
function cardOf(limit: number) {
  const engine = nodeEngine(1);
  const asked: number[] = [];
  const compile: Engine['compile'] = async (graph) => {
    const executable = await engine.compile(graph);
    const largest = Math.max(...graph.nodes.map(({ shape }) => 4 * sizeOf(shape)));
    asked.push(largest);
    return {
      ...executable,
      run: (feeds) =>
        largest > limit
          ? Promise.reject(new FoldError('ENGINE_FAILED', 'out of memory'))
          : executable.run(feeds),
    };
  };
  return { asked, largest: triedTensorSizes({ compile }, 2 ** 20) };
}

it('asks a card for no more than is wanted, and not for what every card takes', async () => {
  const { asked, largest } = cardOf(LIMIT);
  expect(await largest(2 ** 20)).toBe(2 ** 20);
  expect(asked).toEqual([]);
  expect(await largest(2 ** 21)).toBe(2 ** 21);
  expect(asked).toEqual([2 ** 21]);
});

it('finds what is taken where more is not, and asks for nothing twice', async () => {
  const { asked, largest } = cardOf(LIMIT);
  expect(await largest(2 ** 22)).toBe(2 ** 21);
  expect(asked).toEqual([2 ** 22, 2 ** 21]);
  expect(await largest(2 ** 23)).toBe(2 ** 21);
  expect(await largest(2 ** 21)).toBe(2 ** 21);
  expect(asked).toEqual([2 ** 22, 2 ** 21]);
});
