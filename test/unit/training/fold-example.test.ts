import { expect, it } from 'vitest';
import { foldExample } from '#training/data/fold-example';
import { localLabels } from '#training/data/local-labels';
import { tinyDataset } from './tiny.js';

it('knows which residues are bonded, to the end of a chain that is shorter than its window', async () => {
  const dataset = await tinyDataset();
  const chain = dataset.chains[1]!;
  const window = { start: 0, size: chain.length + 10, positionBins: 4 };
  const example = foldExample(dataset, chain, localLabels(dataset, chain), window);
  const bonded = Array.from({ length: window.size }, (_, i) => Number(i < chain.length - 1));
  expect([...example.bonded!.data]).toEqual(bonded);
  const broken = Object.keys(example).filter((name) => !example[name]!.data.every(Number.isFinite));
  expect(broken).toEqual([]);
});
