import { describe, expect, it } from 'vitest';
import {
  mutatedPlaces,
  placesOf,
  readMutants,
  readPositions,
  requireWildtype,
  scoredMutants,
} from '#predict/mutants';
import { AMINO_ACIDS } from '#predict/mutation-scores';
import { expectLinear } from '../../helpers/linear.js';

const chain = { name: 'tiny', sequence: 'MKVLE', firstResidue: 10 };
const namesOf = (text: string) => readMutants(text, 'list').map(({ name }) => name);

describe('a list of mutants', () => {
  it.each([
    ['M10A', 'M10A'],
    ['m10a', 'M10A'],
    ['M10A:E14K', 'M10A:E14K'],
    ['M10A;E14K', 'M10A:E14K'],
    ['M10A/E14K', 'M10A:E14K'],
    ['M10A+E14K', 'M10A:E14K'],
    ['p.Met10Ala', 'M10A'],
    ['p.(Met10Ala)', 'M10A'],
    ['p.[Met10Ala;Glu14Lys]', 'M10A:E14K'],
    ['p.Met10=', 'M10M'],
    ['>M10A', 'M10A'],
    ['M10A,0.5,deleterious', 'M10A'],
    ['E-3K', 'E-3K'],
  ])('reads %s', (written, name) => {
    expect(namesOf(written)).toEqual([name]);
  });

  it('leaves out comments, blank lines and the header of a table', () => {
    expect(namesOf('\uFEFFmutant,score\r\n# mine\r\n\r\nM10A,1\r\nE14K,2\r\n')).toEqual(['M10A', 'E14K']); // prettier-ignore
  });

  it.each([
    ['M10', 'list:2: "M10" is no substitution'],
    ['M10del', 'list:2: "M10del" is no substitution'],
    ['B10A', 'list:2: "B10A" is no substitution'],
    ['p.Met10Ter', 'list:2: p.Met10Ter is a stop'],
    ['M10A:M10G', 'list:2: M10A:M10G changes residue 10 twice'],
  ])('refuses %s by its line', (written, message) => {
    expect(() => readMutants(`K11A\n${written}`, 'list')).toThrow(message);
  });

  it('has to be of the chain: line, residue and both letters are named', () => {
    requireWildtype(chain, readMutants('M10A\nV12G', 'list'));
    expect(() => { requireWildtype(chain, readMutants('M10A\nA12G', 'list')); }).toThrow('list:2: A12G expects A at 12, and tiny has V'); // prettier-ignore
    expect(() => { requireWildtype(chain, readMutants('M1A', 'list')); }).toThrow('tiny has residues 10 to 14'); // prettier-ignore
  });

  it('scores the sum over its substitutions', () => {
    const logOdds = Float32Array.from({ length: 100 }, (_, i) => i / 8);
    const scores = { ...chain, method: 'masked-marginals', logOdds } as const;
    const mutants = readMutants('M10A\nV12G:E14K', 'list');
    expect(mutatedPlaces(chain, mutants)).toEqual([0, 2, 4]);
    const [A, G, K] = ['A', 'G', 'K'].map((letter) => AMINO_ACIDS.indexOf(letter)) as [number, number, number]; // prettier-ignore
    const [one, two] = scoredMutants(scores, mutants);
    expect(one!.logOdds).toBe(A / 8);
    expect(two!.logOdds).toBe((40 + G) / 8 + (80 + K) / 8);
  });
});

describe('positions', () => {
  it.each([
    ['10-12,14', [0, 1, 2, 4]],
    ['14,10', [0, 4]],
    ['11..12, 12:13', [1, 2, 3]],
  ])('%s are places in the chain', (text, places) => {
    expect(placesOf(chain, readPositions(text)!)).toEqual(places);
  });

  it('may be negative', () => {
    expect(placesOf({ ...chain, firstResidue: -2 }, readPositions('-2--1,1')!)).toEqual([0, 1, 3]);
  });

  it.each(['', '12-10', 'A', '1-', '1,,2'])('are not "%s"', (text) => {
    expect(readPositions(text)).toBeUndefined();
  });

  it('beyond the chain are refused', () => {
    expect(() => placesOf(chain, readPositions('13-15')!)).toThrow('tiny has residues 10 to 14');
  });
});

it('the work to read a mutant grows with the number of its substitutions', () => {
  expectLinear(
    (text) => readMutants(text, 'list'),
    (length) => {
      let text = 'A1G';
      for (let position = 2; text.length < length; position++) text += `:A${position}G`;
      return text;
    },
  );
}, 60_000);
