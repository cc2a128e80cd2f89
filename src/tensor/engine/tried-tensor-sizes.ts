import { FoldError } from '#errors';
import { graphOf } from '#tensor/graph';
import { input, multiply, slice } from '#tensor/ops';
import type { Engine } from './engine.js';

/** Bytes that WebGPU promises for a tensor on every card. */
const PROMISED_BYTES = 2 ** 27;
/** The most that a shader can be bound to. */
const MOST_BYTES = 2 ** 31 - 4;
const NUM_COLUMNS = 1024;
const BYTES = 4;

/**
 * The largest tensor of an engine that does not tell its limits, found by making one. Nothing is tried for sizes that
 * every card takes.
 *
 * @param promised bytes that are not tried
 * @returns see `Engine.largestTensorBytes`
 */
export function triedTensorSizes(
  engine: Pick<Engine, 'compile'>,
  promised = PROMISED_BYTES,
): NonNullable<Engine['largestTensorBytes']> {
  let taken = promised;
  let refused = MOST_BYTES + 1;
  return async (wanted) => {
    let size = Math.min(wanted, MOST_BYTES);
    while (size > taken) {
      if (size < refused && (await isTaken(engine, size))) taken = size;
      else refused = Math.min(refused, size);
      size /= 2;
    }
    return taken;
  };
}

async function isTaken(engine: Pick<Engine, 'compile'>, bytes: number): Promise<boolean> {
  const numRows = Math.floor(bytes / BYTES / NUM_COLUMNS);
  const ones = (shape: readonly [number, number]) => ({
    shape,
    data: new Float32Array(shape[0] * shape[1]).fill(1),
  });
  const row = input('row', [1, NUM_COLUMNS]);
  const column = input('column', [numRows, 1]);
  const executable = await engine.compile(
    graphOf({ some: slice(multiply(row, column), 0, numRows - 1) }),
  );
  try {
    const feeds = { row: ones([1, NUM_COLUMNS]), column: ones([numRows, 1]) };
    const { some } = await executable.run(feeds);
    return some.data.every((value) => value === 1);
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    return false;
  } finally {
    await executable.dispose();
  }
}
