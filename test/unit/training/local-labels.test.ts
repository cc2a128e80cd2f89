import { beforeAll, describe, expect, it } from 'vitest';
import { NUM_TORSION_BINS, SECONDARY_STRUCTURE_STATES } from '#layers/heads/local-structure';
import type { Dataset } from '#training/data/dataset';
import { localLabels } from '#training/data/local-labels';
import { tinyDataset } from './tiny.js';

let dataset: Dataset;
beforeAll(async () => {
  dataset = await tinyDataset();
});
const chainOf = (pdb: string) => dataset.chains.find((chain) => chain.pdb === pdb)!;

describe('localLabels', () => {
  it('puts the helices of BPTI into the bins around phi -60, psi -45', () => {
    const { torsionClass, secondaryStructure } = localLabels(dataset, chainOf('5pti-a'));
    const helix = SECONDARY_STRUCTURE_STATES.indexOf('H');
    // Residues 48 to 55 are its C-terminal helix.
    for (let i = 48; i < 54; i++) {
      expect(secondaryStructure[i]).toBe(helix);
      const [phi, psi] = [torsionClass[i]! / NUM_TORSION_BINS, torsionClass[i]! % NUM_TORSION_BINS];
      const degrees = (bin: number) => (360 * (Math.floor(bin) + 0.5)) / NUM_TORSION_BINS - 180;
      expect(Math.abs(degrees(phi) + 65)).toBeLessThanOrEqual(30);
      expect(Math.abs(degrees(psi) + 45)).toBeLessThanOrEqual(30);
    }
  });

  it('knows no phi at the start and after a gap; psi follows from O and is known to the end', () => {
    const { torsionClass } = localLabels(dataset, chainOf('1brs-d'));
    const unknown = [...torsionClass.keys()].filter((i) => torsionClass[i] === -1);
    // Residues 64 and 65 are missing: phi of the 64th in the list needs its predecessor.
    expect(unknown).toEqual([0, 63]);
  });

  it('says nothing of a chain of which only CA was measured', () => {
    const labels = localLabels(dataset, { ...chainOf('5pti-a'), kind: 'ca-only' });
    expect(new Set([...labels.torsionClass, ...labels.secondaryStructure])).toEqual(new Set([-1]));
  });
});
