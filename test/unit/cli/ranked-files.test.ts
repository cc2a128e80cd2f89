import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rankResults, stemOf, type Ranking } from '#cli/ranked-files';
import { writeResult } from '#cli/result-folder';
import { fakePrediction } from '../../helpers/fake-predictor.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-ranks-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const request = { name: 'one', chains: [{ id: 'A', sequence: 'MKV' }] };
const LABELS = ['first', 'second', 'third'];

/** Results of some models, each under the stem that it is told. */
async function fold(scores: Readonly<Record<string, number>>): Promise<Map<string, string>> {
  const stems = new Map<string, string>();
  for (const [label, meanPlddt] of Object.entries(scores)) {
    const stem = await stemOf(folder, 'one', label);
    const prediction = { ...fakePrediction(request), meanPlddt };
    await writeResult(folder, prediction, { formats: ['pdb'], warnings: [], stem });
    stems.set(label, stem);
  }
  return stems;
}
const structures = () => readdirSync(folder).filter((name) => name.endsWith('.pdb'));
const stemsNow = async () => Promise.all(LABELS.map((label) => stemOf(folder, 'one', label)));

describe('results of several models', () => {
  it('are named by rank, the highest mean pLDDT first', async () => {
    const { results } = await rankResults(folder, 'one', await fold({ first: 50, second: 70 }));
    expect(results.map(({ rank, meanPlddt }) => [rank, meanPlddt])).toEqual([
      [1, 70],
      [2, 50],
    ]);
    expect(structures()).toEqual(['one_rank_001_second.pdb', 'one_rank_002_first.pdb']);
    const written = readFileSync(join(folder, 'one.ranking.json'), 'utf8');
    expect((JSON.parse(written) as Ranking).results).toEqual(results);
  });

  it('of a complex are ranked by ipTM and pTM, whatever the pLDDT', async () => {
    const scores = {
      first: { meanPlddt: 90, ptm: 0.9, iptm: 0.2 },
      second: { meanPlddt: 60, ptm: 0.5, iptm: 0.7 },
      third: { meanPlddt: 70, ptm: 0.8, iptm: 0.6 },
    };
    const stems = new Map<string, string>();
    for (const [label, { iptm, ...alone }] of Object.entries(scores)) {
      const stem = await stemOf(folder, 'one', label);
      const chains = [...request.chains, { id: 'B', sequence: 'MKV' }];
      const prediction = fakePrediction({ ...request, chains });
      const own = {
        ...prediction,
        ...alone,
        complex: { iptm, pairs: [{ chains: [0, 1] as const, iptm }] },
      };
      await writeResult(folder, own, { formats: ['pdb'], warnings: [], stem });
      stems.set(label, stem);
    }
    const { rankedBy, results } = await rankResults(folder, 'one', stems);
    expect(rankedBy).toBe('0.8 iptm + 0.2 ptm');
    expect(results.map(({ files }) => files)).toEqual([
      'one_rank_001_second', // 0.66
      'one_rank_002_third', // 0.64
      'one_rank_003_first', // 0.34
    ]);
    expect(results[0]!.score).toBeCloseTo(0.66, 10);
    expect(results[0]!.iptm).toBe(0.7);
  });

  it('are ranked again when another model joins, and lose their rank when one is not asked for', async () => {
    await rankResults(folder, 'one', await fold({ first: 50, second: 70 }));
    await rankResults(folder, 'one', await fold({ first: 50, second: 70, third: 60 }));
    expect(structures()).toEqual([
      'one_rank_001_second.pdb',
      'one_rank_002_third.pdb',
      'one_rank_003_first.pdb',
    ]);
    await rankResults(folder, 'one', await fold({ first: 50, third: 60 }));
    expect(structures()).toEqual([
      'one_rank_001_third.pdb',
      'one_rank_002_first.pdb',
      'one_second.pdb',
    ]);
  });

  it('are found again wherever a run was killed while it named them', async () => {
    const stems = await fold({ first: 50, second: 70, third: 60 });
    for (const [index, file] of readdirSync(folder).sort().entries()) {
      if (index % 2 === 0) continue;
      renameSync(join(folder, file), join(folder, file.replace('one_', 'one_rank_007_')));
    }
    expect(await stemsNow()).toEqual([...stems.values()]);
    await rankResults(folder, 'one', stems);
    expect(await stemsNow()).toEqual([
      'one_rank_003_first',
      'one_rank_001_second',
      'one_rank_002_third',
    ]);
    expect(readdirSync(folder)).toHaveLength(3 * 3 + 1);
  });

  it('leave files of other records alone', async () => {
    await writeResult(folder, fakePrediction({ ...request, name: 'one_rank' }), {
      formats: ['pdb'],
      warnings: [],
    });
    await rankResults(folder, 'one', await fold({ first: 50, second: 70 }));
    expect(structures()).toContain('one_rank.pdb');
  });
});
