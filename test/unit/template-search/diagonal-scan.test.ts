import { describe, expect, it } from 'vitest';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { DiagonalScan } from '#template-search/diagonal-scan';
import { randomSource } from '../../helpers/random.js';

const random = randomSource(3);
const sequence = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(20 * random()));

/** Half bits, of the letters of two sequences side by side. */
const scoreOf = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, type, i) => sum + BLOSUM62[type]![b[i]!]!, 0);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((one) => [...one]));

describe('the best ungapped alignment', () => {
  const query = sequence(60);
  const best = (target: Uint8Array, begin = 0, end = target.length) =>
    new DiagonalScan(query).best(target, begin, end);

  it('with the query itself is all of it', () => {
    expect(best(query)).toBe(scoreOf(query, query));
  });

  it('with a part of it is that part, wherever it lies and from whichever residue it begins', () => {
    for (const [from, to] of [
      [0, 20],
      [1, 25],
      [17, 43],
      [40, 60],
    ] as const) {
      const part = query.slice(from, to);
      expect(best(part)).toBe(scoreOf(part, part));
      // what surrounds it scores little with what surrounds the part in the query
      const around = join(new Uint8Array(30).fill(4), part, new Uint8Array(30).fill(4));
      const score = best(around);
      expect(score).toBeGreaterThanOrEqual(scoreOf(part, part));
      expect(best(around, 30, 30 + to - from)).toBe(scoreOf(part, part));
    }
  });

  it('goes on over a residue that fits badly, and ends before seven bits are lost', () => {
    const changed = query.slice();
    changed[30] =
      BLOSUM62[query[30]!]!.indexOf(-4) < 0
        ? (query[30]! + 1) % 20
        : BLOSUM62[query[30]!]!.indexOf(-4);
    expect(best(changed)).toBe(scoreOf(query, changed));
  });

  it('is 0 where nothing is alike', () => {
    expect(best(new Uint8Array(60).fill(4))).toBe(0);
  });

  it('with each of many sequences does not depend on those before', () => {
    const scan = new DiagonalScan(query);
    const all = [query, sequence(50), query.slice(10, 50), query, sequence(80)];
    const joined = join(...all);
    let begin = 0;
    for (const one of all) {
      expect(scan.best(joined, begin, begin + one.length)).toBe(best(one));
      begin += one.length;
    }
  });
});
