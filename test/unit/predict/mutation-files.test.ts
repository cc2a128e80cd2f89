import { describe, expect, it } from 'vitest';
import {
  mutantsCsv,
  mutationsCsv,
  mutationsJson,
  mutationsSvg,
  readMutationsCsv,
  scoredMutations,
} from '#predict/files/mutation-files';
import { AMINO_ACIDS, type MutationScores } from '#predict/mutation-scores';

/** M, X, A: log-odds fall from +1 along the amino acids; nothing is said of X. */
const SCORES: MutationScores = {
  name: 'a<b>',
  sequence: 'MXA',
  firstResidue: 1,
  method: 'masked-marginals',
  logOdds: Float32Array.from({ length: 60 }, (_, i) =>
    i >= 20 && i < 40 ? NaN : 1 - (i % 20) / 8,
  ),
};

describe('scored mutations', () => {
  it('are 19 for each residue and none for X', () => {
    const mutations = scoredMutations(SCORES);
    expect(mutations).toHaveLength(2 * 19);
    expect(mutations[0]).toEqual({
      position: 1,
      wildtype: 'M',
      mutant: 'A',
      mutation: 'M1A',
      logOdds: 1,
    });
    expect(mutations.some(({ mutation }) => mutation === 'M1M' || mutation.startsWith('X'))).toBe(
      false,
    );
  });

  it('are the same again when they are read from their table', () => {
    for (const firstResidue of [1, -4]) {
      const shifted = { ...SCORES, firstResidue };
      expect(readMutationsCsv(mutationsCsv(shifted))).toEqual(scoredMutations(shifted));
    }
  });

  it('count from the number of the first residue', () => {
    const shifted = { ...SCORES, firstResidue: 24 };
    expect(scoredMutations(shifted)[0]).toMatchObject({ position: 24, mutation: 'M24A' });
    expect(mutationsCsv(shifted)).toContain('\nA26V,26,A,V,-1.3750\n');
    const svg = mutationsSvg({ ...SCORES, firstResidue: 18 });
    expect(svg).toContain('<title>A20V -1.38</title>');
    expect(svg).toContain('>20</text>');
  });

  it('are a line each in CSV', () => {
    const [heading, first, ...rest] = mutationsCsv(SCORES).trimEnd().split('\n');
    expect(heading).toBe('mutation,position,wildtype,mutant,log_odds');
    expect(first).toBe('M1A,1,M,A,1.0000');
    expect(rest.at(-1)).toBe('A3V,3,A,V,-1.3750');
  });
});

describe('a list of mutants', () => {
  it('is a line each in CSV, with how many substitutions it has', () => {
    const substitution = { wildtype: 'M', position: 1, mutant: 'A' };
    const mutants = [
      { name: 'M1A', substitutions: [substitution], place: 'x', logOdds: -1.23456 },
      { name: 'M1A:A3G', substitutions: [substitution, substitution], place: 'x', logOdds: 2 },
    ];
    expect(mutantsCsv(mutants)).toBe(
      'mutant,substitutions,log_odds\nM1A,1,-1.2346\nM1A:A3G,2,2.0000\n',
    );
    expect(mutantsCsv([])).toBe('mutant,substitutions,log_odds\n');
  });
});

it('what scores were made from can be read again', () => {
  const description = {
    ...{ name: 'a', sequence: 'MXA', firstResidue: -2, method: 'masked-marginals' as const },
    ...{ places: [0, 2], model: { name: 'tiny', sha256: 'ab' }, precision: 'int8' as const },
  };
  const json = mutationsJson(description);
  expect(JSON.parse(json)).toEqual(description);
  expect(json.endsWith('}\n')).toBe(true);
});

describe('the heat map', () => {
  const svg = mutationsSvg(SCORES);
  const squares = [...svg.matchAll(/fill="(#\w+)"><title>(\w+)/g)].map(([, fill, mutation]) => ({
    fill,
    mutation,
  }));
  const fillOf = (mutation: string) => squares.find((one) => one.mutation === mutation)?.fill;

  it('has a square for each amino acid at each position, and a dot at each wild type', () => {
    expect(squares).toHaveLength(3 * AMINO_ACIDS.length);
    expect(svg.match(/<circle/g)).toHaveLength(2);
  });

  it('is blue where a mutant is likelier, red where it is less likely, grey for X', () => {
    expect(fillOf('A3V')).toBe('#b2182b'); // the lowest of all
    const [red, , blue] = [1, 3, 5].map((at) => parseInt(fillOf('M1A')!.slice(at, at + 2), 16));
    expect(blue!).toBeGreaterThan(red!);
    expect(fillOf('X2A')).toBe('#ccc');
  });

  it('has rows of amino acids and columns of positions, and each dot in the middle of its square', () => {
    const numbers = (pattern: RegExp): number[][] =>
      [...svg.matchAll(pattern)].map(([, ...found]) => found.map(Number));
    const places = numbers(
      /<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" fill="#\w+"><title>/g,
    );
    const [size] = places.map(([, , width]) => width!);
    expect(new Set(places.flatMap(([, , ...sizes]) => sizes))).toEqual(new Set([size]));
    const [columns, rows] = [0, 1].map((axis) => [...new Set(places.map((at) => at[axis]!))]);
    expect(columns!.map((x) => (x - columns![0]!) / size!)).toEqual([0, 1, 2]);
    expect(rows!.map((y) => (y - rows![0]!) / size!)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    const dots = numbers(/<circle cx="([\d.]+)" cy="([\d.]+)"/g);
    const middles = squares.flatMap(({ mutation }, i) => {
      const [x, y] = places[i]!;
      return mutation!.at(0) === mutation!.at(-1) ? [[x! + size! / 2, y! + size! / 2]] : [];
    });
    expect(dots).toEqual(middles);
  });

  const texts = (drawn: string) =>
    [...drawn.matchAll(/<text x="([\d.]+)" y="([\d.]+)">([^<]+)<\/text>/g)].map(([, x, y, text]) => ({ x: Number(x), y: Number(y), text: text! })); // prettier-ignore

  it('names each row beside it, and every tenth position below its column', () => {
    const long = { ...SCORES, sequence: 'A'.repeat(25), firstResidue: 8, logOdds: new Float32Array(500).fill(0.5) }; // prettier-ignore
    const drawn = mutationsSvg(long);
    const [left, top] = /<rect x="(\d+)" y="(\d+)" width="\d+" height="\d+" fill="#\w+">/.exec(drawn)!.slice(1).map(Number) as [number, number]; // prettier-ignore
    const size = Number(/ width="(\d+)" height="\d+" fill="#\w+"><title>/.exec(drawn)![1]);
    const labels = texts(drawn);
    const rows = labels.filter(({ text }) => /^[A-Z]$/.test(text));
    expect(rows.map(({ text }) => text).join('')).toBe('GAVLIMPFWYSTNQCHKRDE');
    for (const [row, { x, y }] of rows.entries()) {
      expect(x).toBeLessThan(left);
      expect(y).toBeGreaterThan(top + row * size);
      expect(y).toBeLessThan(top + (row + 1) * size);
    }
    const columns = labels.filter(({ text }) => /^\d+$/.test(text));
    expect(columns.map(({ text }) => text)).toEqual(['8', '10', '20', '30']);
    for (const { x, y, text } of columns) {
      expect(x).toBe(left + (Number(text) - 8 + 0.5) * size);
      expect(y).toBeGreaterThan(top + 20 * size);
    }
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(drawn)!.map(Number) as [number, number, number]; // prettier-ignore
    expect(width).toBeGreaterThanOrEqual(left + 25 * size);
    expect(height).toBeGreaterThan(Math.max(...columns.map(({ y }) => y)));
    expect(drawn).toContain('red -0.5 … white 0 … blue +0.5');
  });

  it('is white where a mutant is as likely, even where all are', () => {
    const even = mutationsSvg({ ...SCORES, logOdds: new Float32Array(60) });
    expect(new Set([...even.matchAll(/fill="(#\w+)"><title>/g)].map(([, fill]) => fill))).toEqual(new Set(['#f7f7f7'])); // prettier-ignore
    const ends = mutationsSvg({ ...SCORES, sequence: 'A', logOdds: Float32Array.from({ length: 20 }, (_, i) => [0, 2, -2, 1, -1][i] ?? 0) }); // prettier-ignore
    const fills = ['R', 'N', 'D', 'C'].map((letter) => new RegExp(`fill="(#\\w+)"><title>A1${letter} `).exec(ends)![1]); // prettier-ignore
    // ColorBrewer's RdBu: its ends, and half of the way to each
    expect(fills).toEqual(['#2166ac', '#b2182b', '#8cafd2', '#d58891']);
  });

  it('escapes the name', () => {
    expect(svg).toContain('a&lt;b&gt;');
    expect(svg).not.toContain('a<b>');
  });
});
