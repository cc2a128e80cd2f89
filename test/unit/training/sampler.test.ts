import { describe, expect, it } from 'vitest';
import type { ChainRecord } from '#training/data/dataset';
import { Random } from '#training/data/random';
import { ClusterSampler, cropStart } from '#training/data/sampler';

const chain = (id: string, cluster: string) => ({ id, cluster }) as ChainRecord;

function counts(keys: readonly (string | number)[]): Map<string | number, number> {
  const found = new Map<string | number, number>();
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}

describe('ClusterSampler', () => {
  it('picks each cluster as often as any other, and each chain of a cluster as often as its sisters', () => {
    const large = Array.from({ length: 40 }, (_, i) => chain(`large${i}`, 'large'));
    const sampler = new ClusterSampler([...large, chain('one', 'small'), chain('two', 'small')]);
    const random = new Random(5);
    const drawn = Array.from({ length: 8000 }, () => sampler.next(random));
    const clusters = counts(drawn.map(({ cluster }) => cluster));
    expect(Math.abs(clusters.get('small')! / 8000 - 0.5)).toBeLessThan(0.02);
    const chains = counts(drawn.map(({ id }) => id));
    expect(Math.abs(chains.get('one')! / 8000 - 0.25)).toBeLessThan(0.02);
    expect(chains.size).toBe(42);
  });
});

describe('ClusterSampler without chains', () => {
  it('says so', () => {
    expect(() => new ClusterSampler([])).toThrow(
      expect.objectContaining({ code: 'PARSE_DATASET' }),
    );
  });
});

describe('cropStart', () => {
  it('reaches every window of a long chain equally often, the last one too', () => {
    const random = new Random(6);
    const starts = counts(Array.from({ length: 7000 }, () => cropStart(20, 14, random)));
    expect([...starts.keys()].sort((a, b) => Number(a) - Number(b))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const count of starts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('takes a chain that fits from its start', () => {
    expect(cropStart(14, 14, new Random(1))).toBe(0);
    expect(cropStart(3, 14, new Random(1))).toBe(0);
  });
});
