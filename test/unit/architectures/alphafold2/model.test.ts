import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readAlignments } from '#alignment/read-alignment';
import { featurise } from '#architectures/alphafold2/features/featurise';
import { fold } from '#architectures/alphafold2/fold';
import { alphafold2Model as modelOf } from '#architectures/alphafold2/model';
import { distanceChange } from '#architectures/alphafold2/recycle-tolerance';
import { alignmentId, templatesId, type FoldingProgress } from '#architectures/family';
import { recogniseModel } from '#architectures/recognise';
import { formatModelConfig } from '#architectures/esmfold/config-file';
import { MAX_PAE } from '#layers/heads/pae';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { aatypeOf } from '#sequence/amino-acids';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { alphafold2Model, RecordingRunner } from '../../../helpers/alphafold2-network.js';
import { alphafold2File } from '../../../helpers/alphafold2-tiny.js';
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
    expect(alone).not.toHaveProperty('complex');
    const withNone = await running.fold({ chains: request.chains, numRecycles: 0, templates: [] });
    expect(withNone.templates).toEqual({ request: await templatesId([]), chains: [] });
    await running.close();
  });
});

describe('a prediction of AlphaFold 2', () => {
  const running = model.start(nodeEngine(1), weights);
  afterAll(() => running.close());
  const chains = [{ sequence: 'MKTA' }, { sequence: 'YIA' }];
  // each row is like the one before it in six of seven letters, but the last in five like the first
  const text = '>q\nMKTAYIA\n>a\nWKTAYIA\n>b\nWKTAY-A\n';
  const request = { chains, numRecycles: 1, alignment: { text, sampling: 'first' } } as const;

  it('says how far it is, and what each pass found', async () => {
    const progress: FoldingProgress[] = [];
    const told = await running.fold(request, { onProgress: (at) => progress.push(at) });
    expect(progress.map(({ pass, block }) => [pass, block])).toEqual(
      [0, 1].flatMap((pass) => [...[1, 2, 3, 4, 5].map((block) => [pass, block]), [pass + 1, 0]]),
    );
    for (const at of progress) expect(at).toMatchObject({ numPasses: 2, numBlocks: 5 });
    const [first, last] = progress.filter(({ block }) => block === 0) as [FoldingProgress, FoldingProgress]; // prettier-ignore
    expect(progress.filter(({ atom14 }) => atom14)).toEqual([first, last]);
    expect(first).not.toHaveProperty('change');
    const aatype = aatypeOf('MKTAYIA');
    expect(last.change).toBe(distanceChange(first.atom14!, last.atom14!, aatype));
    expect({ atom14: last.atom14, plddt: last.plddt }).toEqual({
      atom14: told.atom14,
      plddt: told.plddt,
    });
    expect(told.numRecycles).toBe(1);
  });

  it('is what the network says of its residues', async () => {
    const { complex, ptm, embedding, pae, maxPae, contacts } = await running.fold(request);
    const runner = new RecordingRunner(nodeEngine(1));
    const alignment = readAlignments(new TextEncoder().encode(text))[0]!;
    const sampling = { ...config.defaults, sampling: 'first', seed: 0 } as const;
    const sequences = chains.map(({ sequence }) => sequence);
    const output = await fold(runner, featurise({ chains: sequences, alignment }, sampling), { numRecycles: 1 }); // prettier-ignore
    await runner.close();
    expect({ complex, ptm }).toEqual(predictedTmScores(output.tmTerms!.data, [4, 3]));
    expect({ pae, contacts }).toEqual({ pae: output.pae!.data, contacts: output.contacts.data });
    expect(maxPae).toBe(MAX_PAE);
    const { data } = output.single;
    const mean = Array.from({ length: config.singleChannels }, (_, channel) =>
      Array.from(data)
        .filter((_value, i) => i % config.singleChannels === channel)
        .reduce((sum, value) => sum + value / 7, 0),
    );
    expect(embedding).toBeCloseToTensor(mean);
  });

  it('tells what the alignment was: its hash, and rows from the closest on', async () => {
    const { alignment } = await running.fold({ ...request, numRecycles: 0 });
    expect(alignment).toStrictEqual({
      request: await alignmentId(request.alignment),
      numRows: 3,
      // the second row has two relatives beside itself, the others have one
      effectiveNumber: 1.33,
      depth: [3, 3, 3, 3, 3, 2, 3],
      bands: [
        { identity: 1, covered: Array(7).fill(100) },
        { identity: 0.8571, covered: Array(7).fill(100) },
        { identity: 0.7143, covered: [100, 100, 100, 100, 100, 0, 100] },
      ],
    });
  });
});

describe('a configuration', () => {
  it('is known by its Evoformer, and else of the family of ESMFold', () => {
    expect(recogniseModel(formatModelConfig(PRIME_MODEL)).family).toBe('esmfold');
    const file: unknown = JSON.parse(readFileSync(alphafold2File('config.json'), 'utf8'));
    expect(recogniseModel(file)).toMatchObject({ family: 'alphafold2', config });
    for (const wrong of [null, {}, { model: null }, { model: {} }])
      expect(() => recogniseModel(wrong)).toThrow('must be an object');
  });
});
