import { describe, expect, it } from 'vitest';
import { expectedByChance } from '#sequence/alignment-significance';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { alignSequences } from '#sequence/pairwise-alignment';
import { DiagonalScan } from '#template-search/diagonal-scan';
import { findTemplates, isExcluded, likenessOf } from '#template-search/find-templates';
import { localScorer } from '#template-search/local-score';
import { searchLibrary, searchSpace, type SequenceSet } from '#template-search/search-library';
import { nextWord, seedWords, WORD_LETTERS } from '#template-search/seed-words';
import type { TemplateLibrary } from '#template-search/template-library';
import { randomSource } from '../../helpers/random.js';

const random = randomSource(11);
const below = (count: number): number => Math.floor(count * random());
/** Random residues, an X now and then. */
const someResidues = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => (below(25) === 0 ? 20 : below(20)));
/** A relative: some residues are others, and now and then one is put in or left out. */
const relativeOf = (sequence: Uint8Array): Uint8Array =>
  Uint8Array.from(
    [...sequence].flatMap((type) => {
      const drawn = below(40);
      if (drawn < 9) return [below(20)];
      return drawn === 9 ? [] : drawn === 10 ? [type, below(20)] : [type];
    }),
  );
const scoreOf = (a: number, b: number): number => BLOSUM62[a]![b]!;

describe('words that resemble those of a query', () => {
  const query = aatypeOf('WCXHKMWCH');

  it('score eleven half bits or more with them, letter by letter', () => {
    const { starts, places } = seedWords(query);
    const found: string[] = [];
    const expected: string[] = [];
    for (let a = 0; a < 21; a++)
      for (let b = 0; b < 21; b++)
        for (let c = 0; c < 21; c++) {
          const word = nextWord(nextWord(nextWord(9, a), b), c);
          for (let k = starts[word]!; k < starts[word + 1]!; k++)
            found.push(`${a} ${b} ${c} ${places[k]!}`);
          for (let place = 0; place < query.length - 2; place++) {
            const [first, second, third] = query.subarray(place, place + 3);
            const letters = [a, b, c, first!, second!, third!];
            const score = scoreOf(a, first!) + scoreOf(b, second!) + scoreOf(c, third!);
            if (!letters.includes(20) && score >= 11) expected.push(`${a} ${b} ${c} ${place}`);
          }
        }
    expect(found).toEqual(expected);
    expect(places).toHaveLength(expected.length);
    expect([starts[0], starts.at(-1), starts.length]).toEqual([0, expected.length, 2 ** 15 + 1]);
    expect(WORD_LETTERS).toBe(3);
  });

  it('are none of a query of two residues', () => {
    expect(seedWords(aatypeOf('WC')).places).toHaveLength(0);
    expect(seedWords(aatypeOf('WCH')).places.length).toBeGreaterThan(0);
  });
});

/** The two-hit method diagonal by diagonal, without tables. */
function bestOf(query: Uint8Array, target: Uint8Array): number {
  let best = 0;
  for (let shift = 1 - query.length; shift < target.length; shift++) {
    const places = Array.from({ length: target.length }, (_, place) => place).filter(
      (place) => place - shift >= 0 && place - shift < query.length,
    );
    const scores = new Map(
      places.map((place) => [place, scoreOf(query[place - shift]!, target[place]!)]),
    );
    /** The best sum from a place on in one direction, and where it ends; it gives up 16 below its best. */
    const extend = (from: number, step: 1 | -1, sum: number): { top: number; end: number } => {
      let [score, top, end] = [sum, sum, from];
      for (let at = from; scores.has(at) && score > top - 16; at += step) {
        score += scores.get(at)!;
        if (score > top) [top, end] = [score, at];
      }
      return { top, end };
    };
    let last = -1000;
    for (const place of places) {
      const word = [place, place + 1, place + 2];
      if (!word.every((at) => scores.has(at) && target[at] !== 20 && query[at - shift] !== 20))
        continue;
      if (word.reduce((sum, at) => sum + scores.get(at)!, 0) < 11 || place - last < 3) continue;
      if (place - last > 40) {
        last = place;
        continue;
      }
      const { top, end } = extend(place, 1, 0);
      best = Math.max(best, extend(place - 1, -1, top).top);
      last = end;
    }
  }
  return best >= 36 ? best : 0;
}

describe('the scan of diagonals', () => {
  it('is the two-hit method, one sequence after the other', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const query = someResidues(30 + below(60));
      const scan = new DiagonalScan(query);
      for (let k = 0; k < 12; k++) {
        const relative = k % 3 === 0 ? someResidues(70) : relativeOf(query);
        const target = Uint8Array.from([...someResidues(below(9)), ...relative]);
        const padded = Uint8Array.from([...someResidues(5), ...target, ...someResidues(4)]);
        const score = scan.best(padded, 5, 5 + target.length);
        expect(score).toBe(bestOf(query, target));
        seen.add(score === 0 ? 'none' : score < 60 ? 'low' : 'high');
      }
    }
    expect(seen.size).toBe(3);
  });

  it('counts words up to forty residues apart, from 36 half bits on', () => {
    /** Two stretches on one diagonal, the words GWW and DWW before the second; G and D score -1. */
    const scored = (numBetween: number, end = 'A'): number => {
      const [query, target] = ['G', 'D'].map((one) =>
        aatypeOf(`WWW${one.repeat(numBetween)}WWW${end}`),
      );
      return new DiagonalScan(query!).best(target!, 0, target!.length);
    };
    expect([scored(38), scored(39)]).toEqual([-1 + 3 * 11 + 4, 0]);
    expect(scored(38, '')).toBe(0);
    expect(scored(38, 'W')).toBe(43);
  });
});

describe('a word', () => {
  it('has three letters of the sequence itself', () => {
    // AWG resembles AWD, but the sequence begins behind the A
    const [query, target] = [aatypeOf('AWGGGGGGWWWA'), aatypeOf('WDDDDDDWWWA')];
    expect(new DiagonalScan(query).best(target, 0, target.length)).toBe(0);
  });

  it('is near to none of the sequence before', () => {
    const scan = new DiagonalScan(aatypeOf('WWWA'));
    const target = aatypeOf(`${'D'.repeat(28)}WWWA${'D'.repeat(28)}`);
    for (let k = 0; k < 3; k++) expect(scan.best(target, 0, target.length)).toBe(0);
  });
});

describe('the score of the best local alignment', () => {
  it('counts gaps of all lengths, on both sides', () => {
    for (let round = 0; round < 49; round++) {
      const [begin, end] = [someResidues(22), someResidues(19)];
      const [query, types] = [round % 7, Math.floor(round / 7)].map((numInserted) =>
        Uint8Array.from([...begin, ...someResidues(numInserted), ...end]),
      );
      const { score } = alignSequences(query!, types!, { scope: 'local' });
      expect(localScorer(query!)(types!)).toBe(score);
    }
  });

  it('is that of the alignment itself', () => {
    for (let round = 0; round < 40; round++) {
      const query = someResidues(1 + below(40));
      const scoreFor = localScorer(query);
      for (const types of [relativeOf(query), someResidues(1 + below(30)), new Uint8Array()])
        expect(scoreFor(types)).toBe(alignSequences(query, types, { scope: 'local' }).score);
    }
  });
});

describe('the places where an alignment can begin', () => {
  /** The length that an alignment by chance takes, where it agrees with the places that it leaves. */
  const takenOf = (numPlaces: number, numResidues: number, numChains: number): number => {
    const excess = (taken: number): number =>
      (1.9 / 0.267) * Math.log(0.041 * (numPlaces - taken) * (numResidues - numChains * taken)) -
      30 -
      taken;
    let [low, high] = [0, numPlaces - 1];
    for (let round = 0; round < 60; round++) {
      const middle = (low + high) / 2;
      if (excess(middle) > 0) low = middle;
      else high = middle;
    }
    return low;
  };

  it.each([
    [300, 1_000_000, 4000],
    [150, 200_000, 900],
    [700, 90_000_000, 300_000],
  ])(
    'are fewer by what an alignment takes: %i by %i in %i',
    (numPlaces, numResidues, numChains) => {
      const taken = takenOf(numPlaces, numResidues, numChains);
      expect(taken).toBeGreaterThan(20);
      const expected = (numPlaces - taken) * (numResidues - numChains * taken);
      expect(searchSpace(numPlaces, numResidues, numChains) / expected).toBeCloseTo(1, 3);
    },
  );

  it('are all where an alignment by chance takes nothing, and one at least of each sequence', () => {
    expect(searchSpace(20, 30, 2)).toBe(600);
    expect(searchSpace(5, 1e12, 5e11) / 5e11).toBeCloseTo(1, 4);
    expect(searchSpace(5, 1e15, 1e12) / (1e15 - 4e12)).toBeCloseTo(1, 4);
  });
});

/** Sequences in memory, a few at a time. */
function libraryOf(sequences: readonly Uint8Array[], dates: readonly number[] = []): SequenceSet {
  return {
    numChains: sequences.length,
    numResidues: sequences.reduce((sum, { length }) => sum + length, 0),
    date: (chain) => dates[chain] ?? 0,
    sequence: (chain) => Promise.resolve(sequences[chain]!),
    async *pieces() {
      for (let first = 0; first < sequences.length; first += 3) {
        const some = sequences.slice(first, first + 3);
        const begins = some.map((_, i) =>
          some.slice(0, i).reduce((sum, { length }) => sum + length, 0),
        );
        const types = Uint8Array.from(some.flatMap((one) => [...one]));
        await Promise.resolve();
        yield {
          first,
          last: first + some.length - 1,
          types,
          begin: (chain) => begins[chain - first]!,
        };
      }
    },
  };
}

describe('a search of sequences', () => {
  const query = someResidues(80);
  const sequences = [
    someResidues(90),
    relativeOf(query),
    someResidues(60),
    query,
    relativeOf(relativeOf(query)),
    someResidues(70),
    query,
  ];

  it('gives relatives with their scores, and how many are as good by chance, the best first', async () => {
    const library = libraryOf(sequences);
    const hits = await searchLibrary(library, query, { mostExpected: 1e-3 });
    expect(hits.map(({ chain }) => chain)).toEqual([3, 6, 1, 4]);
    const places = searchSpace(80, library.numResidues, 7);
    for (const { chain, score, expected } of hits) {
      const types = sequences[chain]!;
      expect(score).toBe(alignSequences(query, types, { scope: 'local' }).score);
      const byChance = expectedByChance(score, query, types) / (80 * types.length);
      expect(expected / (byChance * places)).toBeCloseTo(1, 12);
    }
    const bound = hits[2]!.expected;
    const best = await searchLibrary(library, query, { mostExpected: bound });
    expect(best.map(({ chain }) => chain)).toEqual([3, 6, 1]);
  });

  it('aligns the two thousand chains with the best ungapped alignments', async () => {
    const word = aatypeOf('WCHKMWCHKMWC');
    const copies = Array.from({ length: 2001 }, (_, i) => (i === 500 ? word.slice(0, 11) : word));
    const chains = async (some: readonly Uint8Array[]): Promise<number[]> =>
      (await searchLibrary(libraryOf(some), word, { mostExpected: Infinity })).map(
        ({ chain }) => chain,
      );
    const others = copies.map((_, i) => i).filter((i) => i !== 500);
    expect(await chains(copies)).toEqual(others);
    expect(await chains(copies.slice(0, 2000))).toEqual([...others.slice(0, 1999), 500]);
  });

  it('leaves out what is later, and what nobody dates', async () => {
    const library = libraryOf(sequences, [1, 20200101, 1, 20200102, 0, 1, 20191231]);
    const found = async (options: object) =>
      (await searchLibrary(library, query, { mostExpected: 1e-3, ...options })).map(
        ({ chain }) => chain,
      );
    expect(await found({ maxDate: 20200101 })).toEqual([6, 1]);
    expect(await found({})).toHaveLength(4);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const strangers = libraryOf([someResidues(9)]);
    await expect(searchLibrary(strangers, query, { mostExpected: 1, signal })).rejects.toBe(reason);
    const stop = new AbortController();
    const library = libraryOf(sequences);
    const sequence = (chain: number) => {
      stop.abort(reason);
      return library.sequence(chain);
    };
    const search = { mostExpected: 1, signal: stop.signal };
    await expect(searchLibrary({ ...library, sequence }, query, search)).rejects.toBe(reason);
  });
});

describe('templates of a library', () => {
  const query = 'MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQWCHKM';
  /** Changes one residue for each chain, so that all differ. */
  const sequences = Array.from({ length: 24 }, (_, k) =>
    aatypeOf(`${query.slice(0, k)}${query[k] === 'A' ? 'G' : 'A'}${query.slice(k + 1)}`),
  );
  const libraryWith = (some: readonly Uint8Array[]): TemplateLibrary =>
    ({
      ...libraryOf(some),
      read: (chain: number) =>
        Promise.resolve({ facts: { id: `1ab${chain}` }, template: { chainId: 'A' } }),
    }) as unknown as TemplateLibrary;
  const idsOf = async (some: readonly Uint8Array[], filter = {}): Promise<string[]> =>
    (await findTemplates(libraryWith(some), query, filter)).map(({ facts }) => facts.id);

  it('are twenty at most', async () => {
    expect(await idsOf(sequences.slice(0, 20))).toHaveLength(20);
    expect(await idsOf(sequences.slice(0, 21))).toHaveLength(20);
  });

  it('are one for each sequence, the first that is not excluded', async () => {
    const [one, other] = [aatypeOf(query), sequences[3]!];
    expect(await idsOf([other, one, one, other])).toEqual(['1ab1', '1ab0']);
    expect(await idsOf([other, one, one, other], { exclude: ['1AB1', '1ab0:A'] })).toEqual([
      '1ab2',
      '1ab3',
    ]);
    expect(await idsOf([other, one], { maxIdentity: 37 / 38 })).toEqual(['1ab0']);
    expect(await idsOf([other, one], { maxIdentity: 1 })).toHaveLength(2);
  });

  it('are like the query as they are aligned', async () => {
    const [found] = await findTemplates(libraryWith([sequences[9]!]), query);
    expect(found).toMatchObject({ identity: 37 / 38, coverage: 1 });
    expect(found!.expected).toBeGreaterThan(0);
  });
});

describe('a template', () => {
  it('is like a query by its best local alignment', () => {
    const [query, types] = [aatypeOf('GGWCHKMWW'), aatypeOf('WCHRMWWDDD')];
    expect(likenessOf(query, types)).toEqual({ identity: 6 / 7, coverage: 7 / 9 });
    expect(likenessOf(aatypeOf('WWW'), aatypeOf('DDD'))).toEqual({ identity: 0, coverage: 0 });
  });

  it('is excluded by its entry in any case, or its chain in its own', () => {
    const excluded = (exclude: string[]): boolean => isExcluded('1Abc', 'a', { exclude });
    expect([['1abc'], ['x', '1ABC:a'], ['1ABC:A'], ['1abd'], ['1abc:'], []].map(excluded)).toEqual([
      ...[true, true, false, false, false, false],
    ]);
    expect(isExcluded('1abc', 'A', {})).toBe(false);
  });
});
