import { expect, it } from 'vitest';
import { pdbChainNames } from '#bio-pdb/pdb/chain-name';

it.each([
  [
    ['A', 'B'],
    ['A', 'B'],
  ],
  [
    ['heavy', 'light'],
    ['H', 'L'],
  ],
  [
    ['heavy', 'helper', 'H'],
    ['E', 'L', 'H'],
  ],
  [
    ['aa', 'aaa', 'AA'],
    ['A', 'a', 'B'],
  ],
])('%j become %j', (ids, names) => {
  expect(pdbChainNames(ids)).toEqual(names);
});

it('more chains than characters have none', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `chain${i}`);
  expect(new Set(pdbChainNames(ids(62))).size).toBe(62);
  expect(pdbChainNames(ids(63))).toBeUndefined();
});
