import { describe, expect, it } from 'vitest';
import { GLYCINE } from '#sequence/amino-acids';
import { NUM_ENVIRONMENTS, templateEnvironments } from '#structure/templates/template-environments';
import { templateOf, type MadeUp } from '../fixtures.js';

/** Glycine with its CA at x, far from helix and strand; some of its backbone may be missing. */
function glycine(x: number, without?: number): MadeUp {
  const atoms: Record<number, readonly [number, number, number]> = {
    ...{ 0: [x, 1.4, 0], 1: [x, 0, 0], 2: [x, 0, 1.5], 3: [x, 1, 2] },
  };
  return {
    aatype: GLYCINE,
    atoms: Object.fromEntries(Object.entries(atoms).filter(([slot]) => Number(slot) !== without)),
  };
}

const environmentsOf = (residues: readonly MadeUp[]) =>
  templateEnvironments(templateOf(residues)).environments;

describe('templateEnvironments', () => {
  it('has five levels of depth, by the residues within 10 Å', () => {
    expect(NUM_ENVIRONMENTS).toBe(15);
    const levelOf = (numNeighbours: number) => {
      const neighbours = Array.from({ length: numNeighbours }, (_, i) => glycine(9.9 - i / 100));
      const beyond = Array.from({ length: 30 }, (_, i) => glycine(10 + i));
      return environmentsOf([glycine(0), ...neighbours, ...beyond])[0]! - 10; // neither helix nor strand
    };
    const numbers = [0, 7, 8, 11, 12, 15, 16, 20, 21, 29];
    expect(numbers.map(levelOf)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('does not know that of residues without N, CA, C or O, which are no neighbours without a frame', () => {
    const others = Array.from({ length: 8 }, (_, i) => glycine(3 + i / 2));
    for (const slot of [0, 1, 2, 3]) {
      const found = environmentsOf([glycine(0, slot), ...others]);
      expect(found[0]).toBe(-1);
      expect(found[1]).toBe(slot === 3 ? 11 : 10); // 8 neighbours or 7
    }
  });
});
