import { describe, expect, it } from 'vitest';
import { RESIDUE_LETTERS, UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { templateEnvironments } from '#structure/templates/template-environments';
import { templateProfile } from '#structure/templates/template-profile';
import { readFixture } from '../fixtures.js';

const [chain] = templateChains(readFixture('1brs-d'), '1brs.pdb') as [TemplateChain];
const { scores, gap, firmness } = templateProfile(chain);
const { environments, states } = templateEnvironments(chain);
const numPlaces = chain.aatype.length;

/** What a residue type scores at a place beside BLOSUM62 and the half of half a bit that every pair has. */
const atHome = (place: number, type: number): number =>
  scores[21 * place + type]! - BLOSUM62[type]![chain.aatype[place]!]! - 0.5;

describe('templateProfile', () => {
  it('adds to BLOSUM62 how much each type is at home in the environment of a place', () => {
    expect(scores).toHaveLength(21 * numPlaces);
    const typeOf = (letter: string) => RESIDUE_LETTERS.indexOf(letter);
    const placeIn = (environment: number) => {
      const place = environments.indexOf(environment);
      expect(place).toBeGreaterThanOrEqual(0);
      return place;
    };
    // Glycine is rare in helices at the surface, valine frequent deep in strands, proline frequent in loops outside.
    expect(atHome(placeIn(1), typeOf('G'))).toBeCloseTo(-3.6, 9);
    expect(atHome(placeIn(9), typeOf('V'))).toBeCloseTo(2.4, 9);
    expect(atHome(placeIn(10), typeOf('P'))).toBeCloseTo(2.1, 9);
    for (let place = 0; place < numPlaces; place++) {
      expect(atHome(place, UNKNOWN_AATYPE)).toBeCloseTo(0, 9);
      const same = environments.indexOf(environments[place]!);
      for (let type = 0; type < 20; type++)
        expect(atHome(place, type)).toBeCloseTo(atHome(same, type), 9);
    }
  });

  it('goes by BLOSUM62 alone where the environment is unknown', () => {
    const atom14Mask = chain.atom14Mask.map((is, at) => (at % 14 === 1 ? is : 0));
    const trace = templateProfile({ ...chain, atom14Mask });
    for (const [at, score] of trace.scores.entries())
      expect(score).toBe(BLOSUM62[at % 21]![chain.aatype[Math.floor(at / 21)]!]! + 0.5);
    expect([...trace.firmness].every((one) => one === 0)).toBe(true);
  });

  it('makes gaps dearer within helices and strands, not beside them', () => {
    expect(gap.open).toBeGreaterThan(10 * gap.extend);
    expect(firmness).toHaveLength(numPlaces);
    for (const [place, one] of firmness.entries()) {
      const pair = states.slice(place, place + 2);
      expect(one).toBe(pair === 'HH' || pair === 'EE' ? 9 : 0);
    }
  });
});
