import { expect, it } from 'vitest';
import { windowData } from '#training/data/window-data';
import { tinyDataset } from './tiny.js';

it('validates on every chain of val, beginning again where the last batch has room', async () => {
  const { chains, ...rest } = await tinyDataset();
  const dataset = { ...rest, chains: chains.map((chain) => ({ ...chain, split: 'val' as const })) };
  const training = { ...dataset.chains[0]!, split: 'train' as const };
  const sizes = { batch: 3, crop: 8 };
  const use = { positionBins: 4, hidesResidues: false };
  const windows = windowData({ ...dataset, chains: [...dataset.chains, training] }, sizes, use);
  const rows = [...windows.validation()].flatMap(({ aatype }) =>
    [0, 1, 2].map((row) => aatype!.data.subarray(8 * row, 8 * row + 8).join()),
  );
  expect(chains).toHaveLength(4);
  expect(new Set(rows.slice(0, 4)).size).toBe(4);
  expect(rows.slice(4)).toEqual(rows.slice(0, 2));
});
