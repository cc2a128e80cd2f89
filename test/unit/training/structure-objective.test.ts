import { expect, it } from 'vitest';
import { ancestors } from '#tensor/graph';
import { gradients } from '#tensor/gradients';
import { structureObjective } from '#training/objectives/structure-objective';
import { TINY, tinyDataset } from './tiny.js';

const WEIGHTS = {
  backbone: 1,
  localDistance: 1,
  torsion: 1,
  confidence: 1,
  alignedError: 1,
  connection: 1,
};

/** Parameters that a term of the loss moves. */
async function movedBy(term: keyof typeof WEIGHTS): Promise<string[]> {
  const sizes = { batch: 1, crop: 7, weights: WEIGHTS };
  const { parameters, terms } = structureObjective(TINY, await tinyDataset(), sizes);
  const all = [...parameters.all].filter(([, { isTrained }]) => isTrained);
  const byParameter = gradients(
    terms[term]!,
    all.map(([, { tensor }]) => tensor),
  );
  // Where a loss does not depend on a parameter, the gradient is made of zeros, without an input.
  const isMoved = (i: number) =>
    ancestors([byParameter[i]!]).some(({ operation }) => operation.kind === 'input');
  return all.flatMap(([name], i) => (isMoved(i) ? [name] : []));
}

it('lets the confidence learn from the structure, and not change it', async () => {
  const moved = await movedBy('confidence');
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.filter((name) => !name.startsWith('lddt_head.'))).toEqual([]);
});

it('lets the aligned error learn from the structure, and not change it', async () => {
  const moved = await movedBy('alignedError');
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.filter((name) => !name.startsWith('ptm_head.'))).toEqual([]);
});

it('lets the distance of frames change the structure module, and no head', async () => {
  const moved = await movedBy('backbone');
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.filter((name) => !name.startsWith('trunk.'))).toEqual([]);
});
