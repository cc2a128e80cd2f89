import { describe, expect, it } from 'vitest';
import { alphafold2Model as modelOf } from '#architectures/alphafold2/model';
import { recogniseModel } from '#architectures/recognise';
import { formatModelConfig } from '#architectures/esmfold/config-file';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { alphafold2Model } from '../../../helpers/alphafold2-network.js';
import { PRIME_MODEL } from '../../../helpers/prime-model.js';

const { config, weights } = alphafold2Model();
const model = modelOf(config);

describe('an AlphaFold 2 model', () => {
  it('says what it reads', () => {
    expect(model).toMatchObject({
      family: 'alphafold2',
      numBlocks: 5,
      attention: [],
      numRecycles: 3,
      readsAlignments: true,
      stopsEarly: true,
      readsTemplates: true,
    });
    const { templates, ...withoutTemplates } = config;
    expect(templates).toBeDefined();
    expect(modelOf(withoutTemplates).readsTemplates).toBe(false);
  });

  it('is refused without a head for aligned errors', () => {
    expect(() => modelOf({ ...config, predictsAlignedError: false })).toThrow(
      expect.objectContaining({ code: 'WEIGHTS_MISMATCH' }),
    );
  });

  it('has its weights checked', () => {
    model.requireWeights(weights);
    const other = modelOf({ ...config, msaChannels: 33 });
    expect(() => {
      other.requireWeights(weights);
    }).toThrow(expect.objectContaining({ code: 'WEIGHTS_MISMATCH' }));
  });

  it('makes each estimate once', () => {
    const workload = { chainLengths: [20], maxClusters: 4, maxExtra: 4 };
    const made = model.estimate(workload);
    expect(model.estimate({ ...workload })).toBe(made);
    expect(model.estimate({ ...workload, chainLengths: [21] })).not.toEqual(made);
    expect(model.estimate(workload)).toBe(made);
  });

  it('shows no attention', async () => {
    const running = model.start(nodeEngine(1), weights);
    await expect(
      running.attention({ chains: [{ sequence: 'MK' }] }, { onBlock: () => undefined }),
    ).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await running.close();
  });

  it('says how the passes were to stop, and what the alignment was', async () => {
    const running = model.start(nodeEngine(1), weights);
    const alignment = { text: '>q\nMKTAYIAK\n>a\nMKTA--AK\n', sampling: 'first' } as const;
    const request = { chains: [{ sequence: 'MKTAYIAK' }], numRecycles: 2, alignment };
    const whole = await running.fold(request);
    expect(whole.numRecycles).toBe(2);
    expect(whole).not.toHaveProperty('recycling');
    expect(whole.alignment).toMatchObject({ numRows: 2, depth: [2, 2, 2, 2, 1, 1, 2, 2] });
    expect(whole.alignment!.effectiveNumber).toBeCloseTo(whole.alignment!.effectiveNumber, 2);
    const { bands } = whole.alignment!;
    for (const { covered } of bands) expect(covered).toHaveLength(8);
    expect(bands.at(-1)!.covered).toEqual([100, 100, 100, 100, 0, 0, 100, 100]);
    // rows are drawn with seed 0 where none is named
    const drawn = async (seed?: number) => {
      const sampling = { sampling: 'random', maxClusters: 2, maxExtra: 1, ...(seed === undefined ? {} : { seed }) } as const; // prettier-ignore
      const many = `>q\nMKTAYIAK\n${['W', 'C', 'H', 'P', 'F', 'G'].map((x) => `>${x}\nMKTA${x}IAK\n`).join('')}`;
      return (await running.fold({ ...request, alignment: { text: many, ...sampling } })).ptm;
    };
    expect(await drawn()).toBe(await drawn(0));
    expect(await drawn()).not.toBe(await drawn(1));
    const early = await running.fold({ ...request, recycleTolerance: 1e6 });
    expect(early.numRecycles).toBe(1);
    expect(early.recycling).toEqual({ mostRecycles: 2, tolerance: 1e6 });
    const alone = await running.fold({ chains: request.chains, numRecycles: 0 });
    expect(alone).not.toHaveProperty('alignment');
    expect(alone).not.toHaveProperty('templates');
    await running.close();
  });
});

describe('a configuration', () => {
  it('is known by its Evoformer, and else of the family of ESMFold', () => {
    expect(recogniseModel(formatModelConfig(PRIME_MODEL)).family).toBe('esmfold');
    for (const wrong of [null, {}, { model: null }, { model: {} }])
      expect(() => recogniseModel(wrong)).toThrow('must be an object');
  });
});
