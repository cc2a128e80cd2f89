import { afterAll, describe, expect, it } from 'vitest';
import { fold as foldAlphafold2 } from '#architectures/alphafold2/fold';
import { featurise } from '#architectures/esmfold/features';
import { fold as foldEsmfold } from '#architectures/esmfold/fold';
import { FoldError } from '#errors';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { RecordingRunner } from '../../helpers/alphafold2-network.js';
import { ALPHAFOLD2_CASES, alphafold2Inputs } from '../../helpers/alphafold2-tiny.js';
import { tinyRunner } from '../../helpers/esmfold-tiny.js';

const engine = nodeEngine(1);
const reason = new FoldError('JOB_CANCELLED', 'nobody waits any longer');

/** Cancels once a number of blocks of the trunk are done; how many there were at the end. */
async function cancelAfter(
  numBlocks: number,
  fold: (options: { signal: AbortSignal; onBlock: () => void }) => Promise<unknown>,
): Promise<number> {
  const controller = new AbortController();
  let done = 0;
  const onBlock = () => {
    if (++done === numBlocks) controller.abort(reason);
  };
  if (numBlocks === 0) controller.abort(reason);
  await expect(fold({ signal: controller.signal, onBlock })).rejects.toBe(reason);
  return done;
}

describe('a cancelled prediction', () => {
  const esmfold = tinyRunner(engine);
  const alphafold2 = new RecordingRunner(engine);
  afterAll(async () => {
    await esmfold.close();
    await alphafold2.close();
  });

  // The tiny networks have more than one block in a pass: what ends within one does not wait for the next.
  it.each([0, 1, 3])('of ESMFold ends right after block %d of the trunk', async (numBlocks) => {
    const features = featurise(['MKVLAG']);
    expect(
      await cancelAfter(numBlocks, (options) =>
        foldEsmfold(esmfold, features, { numRecycles: 9, ...options }),
      ),
    ).toBe(numBlocks);
  });

  it.each([0, 1, 3])('of AlphaFold 2 ends right after block %d of the trunk', async (numBlocks) => {
    const features = alphafold2Inputs(ALPHAFOLD2_CASES[0]!.name);
    expect(
      await cancelAfter(numBlocks, (options) =>
        foldAlphafold2(alphafold2, features, { numRecycles: 9, ...options }),
      ),
    ).toBe(numBlocks);
  });
});
