/** @file The whole way from a request with an alignment to atoms, with the numbers of the original for a tiny network. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { FoldingProgress } from '#architectures/family';
import { loadModel } from '#predict/node/load-model';
import { readTemplates } from '#structure/templates/read-templates';
import { localPredictor } from '#predict/predictor';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { ALPHAFOLD2_FILES } from '../../helpers/alphafold2-network.js';
import {
  ALPHAFOLD2_CASES,
  alphafold2File,
  alphafold2Tensors,
} from '../../helpers/alphafold2-tiny.js';

const ANGSTROM = { atol: 1e-3, rtol: 0 };
const PLDDT = { atol: 1e-3, rtol: 0 };

const sequenceOf = (a3m: string): string => a3m.split('\n')[1]!;

describe.each(ALPHAFOLD2_FILES)('a request to the network in %s', (file) => {
  const predictor = localPredictor(nodeEngine(1), loadModel(alphafold2File(file)));
  afterAll(() => predictor.close());
  const text = readFileSync(alphafold2File('msa.a3m'), 'utf8');
  const chains = [{ id: 'A', sequence: sequenceOf(text) }];
  const alignment = { text, sampling: 'first', maxClusters: 64, maxExtra: 128 } as const;

  it('gives the atoms and the confidence of the original', async () => {
    const { read: want } = alphafold2Tensors('msa');
    const progress: FoldingProgress[] = [];
    const got = await predictor.predict(
      { name: 'msa', chains, alignment, numRecycles: 3 },
      { onProgress: (at) => progress.push(at) },
    );
    const positions = want('sm.positions');
    const ofLayer = positions.data.length / positions.shape[0]!;
    expect(got.atom14).toBeCloseToTensor(positions.data.slice(-ofLayer), ANGSTROM);
    expect(got.plddt).toBeCloseToTensor(want('plddt').data, PLDDT);
    expect(got.ptm).toBeCloseTo(want('ptm').data[0]!, 5);
    expect(progress.filter(({ atom14 }) => atom14).map(({ pass }) => pass)).toEqual([1, 2, 3, 4]);
    expect(progress.at(-1)!.atom14).toEqual(got.atom14);
  });

  it('tells what the alignment had to say', async () => {
    const request = { name: 'msa', chains, alignment, numRecycles: 0 };
    const { alignment: summary } = await predictor.predict(request);
    expect(summary!.numRows).toBe(14);
    expect(summary!.depth).toHaveLength(chains[0]!.sequence.length);
    expect(summary!.bands[0]!.identity).toBe(1);
  });

  it('draws the same rows for the same seed, and others for another', async () => {
    const drawn = { text, maxClusters: 6, maxExtra: 3 };
    const fold = async (seed: number) => {
      const request = { name: 'x', chains, alignment: { ...drawn, seed }, numRecycles: 0 };
      return (await predictor.predict(request)).atom14;
    };
    const first = await fold(1);
    expect(await fold(1)).toEqual(first);
    expect(await fold(2)).not.toEqual(first);
  });

  it('gives the atoms of the original with templates from files, and others without', async () => {
    const golden = ALPHAFOLD2_CASES.find(({ name }) => name === 'templates')!;
    const { read: want } = alphafold2Tensors('templates');
    const templates = golden.templates.flatMap(({ file: name }) =>
      readTemplates(readFileSync(alphafold2File(name)), name),
    );
    const request = {
      name: 'templates',
      chains: [{ id: 'A', sequence: golden.sequence }],
      alignment: {
        text: readFileSync(alphafold2File(golden.a3m), 'utf8'),
        sampling: 'first',
        maxClusters: golden.max_msa_clusters,
        maxExtra: golden.max_extra_msa,
      },
      numRecycles: golden.num_recycles,
    } as const;
    const got = await predictor.predict({ ...request, templates });
    const positions = want('sm.positions');
    const ofLayer = positions.data.length / positions.shape[0]!;
    expect(got.atom14).toBeCloseToTensor(positions.data.slice(-ofLayer), ANGSTROM);
    expect(got.plddt).toBeCloseToTensor(want('plddt').data, PLDDT);
    const [first] = got.templates!.chains;
    expect(first).toMatchObject({ source: golden.templates[0]!.file, isUsed: true });
    expect(first!.residues.filter((number) => number !== '')).toHaveLength(50);
    const without = await predictor.predict(request);
    expect(without.atom14).not.toBeCloseToTensor(got.atom14, { atol: 0.1, rtol: 0 });
    const unrelated = templates.map((chain) => ({ ...chain, aatype: chain.aatype.map(() => 7) }));
    const ignored = await predictor.predict({ ...request, templates: unrelated });
    expect(ignored.templates!.chains.some(({ isUsed }) => isUsed)).toBe(false);
    expect(ignored.atom14).toEqual(without.atom14);
  });

  it('refuses an alignment of another sequence, naming position and letters', async () => {
    const sequence = `W${chains[0]!.sequence.slice(1)}`;
    await expect(
      predictor.predict({ name: 'x', chains: [{ id: 'A', sequence }], alignment }),
    ).rejects.toMatchObject({ code: 'ALIGNMENT_MISMATCH' });
  });
});
