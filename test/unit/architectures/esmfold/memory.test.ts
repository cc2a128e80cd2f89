import { describe, expect, it } from 'vitest';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { estimatePrediction } from '#architectures/esmfold/estimate';
import {
  chooseChunkSize,
  fitFolding,
  fitLanguageModel,
  languageModelBytes,
  parameterCounts,
  predictionBytes,
  weightMemory,
} from '#architectures/esmfold/memory';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { foldingParameters } from '#architectures/esmfold/network-stages';
import { ESM2, ESMFOLD_V1, esmfoldOn } from '#architectures/esmfold/public-models';

it('counts all weights where they are part of graphs, and only one layer of each kind where they are streamed', () => {
  const config = { ...ESMFOLD_V1, languageModel: ESM2['3B'] };
  const sizes = { batch: 1, numResidues: 100 };
  const keptBytes = 8e9;
  expect(fitFolding(config, sizes, 6e9).holding).toBe('streamed');
  expect(() => fitFolding(config, sizes, 6e9, { keptBytes, areInGraphs: true })).toThrow(
    /100 residues would take about [89]\.\d GB of memory; 6\.0 GB may be used/,
  );
  expect(fitFolding(config, sizes, 16e9, { keptBytes, areInGraphs: true }).holding).toBe('kept');
});

describe('rows updated at once', () => {
  it('are all of a short protein and few of a long one', () => {
    expect(chooseChunkSize(ESMFOLD_V1, 64)).toBeUndefined();
    const sizes = [256, 512, 1024, 2048].map((n) => chooseChunkSize(ESMFOLD_V1, n)!);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes.at(-1)).toBeGreaterThanOrEqual(1);
  });

  it('become fewer with less memory, but never none', () => {
    expect(chooseChunkSize(ESMFOLD_V1, 512, 1e9)!).toBeLessThan(chooseChunkSize(ESMFOLD_V1, 512)!);
    expect(chooseChunkSize(ESMFOLD_V1, 512, 1)).toBe(1);
  });

  it('are what the configuration says', () => {
    const config: FoldModelConfig = { ...ESMFOLD_V1, trunk: { ...ESMFOLD_V1.trunk, chunkSize: 5 } };
    expect(chooseChunkSize(config, 512, 1e9)).toBe(5);
  });
});

describe('weights of a large model', () => {
  const GB = 1e9;
  const sizes = { batch: 1, numResidues: 100 };
  const holding = (memoryBytes: number, keptBytes?: number) =>
    fitFolding(ESMFOLD_V1, sizes, memoryBytes, { keptBytes }).holding;

  it('are streamed in a first run, however much memory there is', () => {
    expect(holding(1000 * GB)).toBe('streamed');
  });

  it('are kept later where the run with them takes at most half of the memory', () => {
    const needed = predictionBytes(ESMFOLD_V1, 100, 1000 * GB, { keptBytes: 7 * GB });
    expect(needed).toBeCloseTo(predictionBytes(ESMFOLD_V1, 100, 1000 * GB) + 7 * GB, -3);
    expect(holding(2.001 * needed, 7 * GB)).toBe('kept');
    expect(holding(1.999 * needed, 7 * GB)).toBe('streamed');
  });

  it('are not kept for the sake of nobody who says what memory there is', () => {
    expect(holding(Infinity, 7 * GB)).toBe('streamed');
  });

  it('make way for long proteins', () => {
    const long = { batch: 1, numResidues: 1000 };
    expect(fitFolding(ESMFOLD_V1, long, 24 * GB, { keptBytes: 7 * GB }).holding).toBe('streamed');
    expect(holding(24 * GB, 7 * GB)).toBe('kept');
  });

  it('count for each of a batch only once', () => {
    const keptBytes = 7 * GB;
    const memoryBytes = 3 * predictionBytes(ESMFOLD_V1, 100, 1000 * GB, { keptBytes });
    const batch = { batch: 4, numResidues: 100 };
    expect(fitFolding(ESMFOLD_V1, batch, memoryBytes, { keptBytes }).holding).toBe('kept');
  });

  it('are held by the same rule in a language model', () => {
    const config = ESMFOLD_V1.languageModel;
    const kept = { keptBytes: 5.7 * GB };
    expect(fitLanguageModel(config, sizes, 16 * GB).holding).toBe('streamed');
    expect(fitLanguageModel(config, sizes, 16 * GB, kept).holding).toBe('kept');
    expect(fitLanguageModel(config, sizes, 12 * GB, kept).holding).toBe('streamed');
    expect(fitLanguageModel(ESM2['150M'], sizes, 16 * GB, kept).holding).toBe('decoded');
  });
});

describe('memory of a prediction', () => {
  it('holds all weights of a small model and one layer of each kind of a large one', () => {
    expect(weightMemory(CODONFOLD_SMALL).holding).toBe('decoded');
    const { holding, bytes } = weightMemory(ESMFOLD_V1);
    expect(holding).toBe('streamed');
    expect(bytes).toBeGreaterThan(4 * 12 * 2560 ** 2); // one layer of the language model
    expect(bytes).toBeLessThan(1e9);
  });

  it.each([
    // `npm run bench:full-size -- 8M float16 --blocks 2 --residues 256`, and 400; `3B float16`.
    ['two blocks on 8M', esmfoldOn('8M', 2), 256, 1470],
    ['two blocks on 8M', esmfoldOn('8M', 2), 400, 2180],
    ['ESMFold', ESMFOLD_V1, 100, 762],
  ])('bounds what %s was measured to take, and not by far', (_, config, numResidues, megabytes) => {
    const estimate = predictionBytes(config, numResidues) / 1e6;
    expect(estimate).toBeGreaterThan(megabytes);
    expect(estimate).toBeLessThan(1.6 * megabytes);
  });

  it('bounds what a later fold with kept weights was measured to take, and not by far', () => {
    // `npm run bench:full-size -- 650M float16 --blocks 2 --folds 2`, a file of 1.37 GB.
    const [config, measured] = [esmfoldOn('650M', 2), 1800];
    const estimate = predictionBytes(config, 100, 16e9, { keptBytes: 1.37e9 }) / 1e6;
    expect(estimate).toBeGreaterThan(measured);
    expect(estimate).toBeLessThan(1.6 * measured);
  });

  it('grows with the square of the length, not the cube', () => {
    const [short, long] = [1000, 2000].map((n) => predictionBytes(ESMFOLD_V1, n) - 1e9);
    expect(long! / short!).toBeLessThan(4.5);
  });

  it('is refused with both numbers when it does not fit', () => {
    expect(() => {
      fitFolding(ESMFOLD_V1, { batch: 1, numResidues: 1500 }, 8e9);
    }).toThrow(
      expect.objectContaining({
        code: 'MEMORY_ESTIMATE',
        message: expect.stringMatching(
          /^1500 residues would take about 2\d\.\d GB .*; 8\.0 GB/,
        ) as string,
      }) as Error,
    );
    fitFolding(ESMFOLD_V1, { batch: 1, numResidues: 400 }, 8e9);
  });
});

it('expects long proteins, more passes and larger models to take longer', () => {
  const seconds = (...args: Parameters<typeof estimatePrediction>) =>
    estimatePrediction(...args).seconds;
  expect(seconds(ESMFOLD_V1, 200, 3)).toBeGreaterThan(seconds(ESMFOLD_V1, 100, 3));
  expect(seconds(ESMFOLD_V1, 100, 3)).toBeGreaterThan(seconds(ESMFOLD_V1, 100, 0));
  expect(seconds(ESMFOLD_V1, 100, 0)).toBeGreaterThan(seconds(CODONFOLD_SMALL, 100, 0));
});

it('counts all weights and the padding of a prediction whose graphs have them', () => {
  const estimate = (numResidues: number, graphWeightBytes?: number) =>
    estimatePrediction(ESMFOLD_V1, numResidues, 0, graphWeightBytes).megabytes;
  expect(estimate(100)).toBeLessThan(3_000);
  expect(estimate(100, 8.4e9)).toBeGreaterThan(8_400);
  expect(estimate(97, 8.4e9)).toBe(estimate(112, 8.4e9));
  expect(estimate(97)).toBeLessThan(estimate(112));
});

it('is estimated so by a model process that is to compute on such a device', async () => {
  const lengths = [97, 112].map((length) => ({ chainLengths: [length] }));
  const megabytes = async (device: 'cpu' | 'cuda') => {
    const predictor = forkedPredictor(DEFAULT_MODEL, { device });
    const estimates = lengths.map((workload) => predictor.estimate(workload).megabytes);
    await predictor.close();
    return estimates;
  };
  const [onCpu, onCuda] = [await megabytes('cpu'), await megabytes('cuda')];
  expect(onCpu[0]).toBeLessThan(onCpu[1]!);
  expect(onCuda[0]).toBe(onCuda[1]);
});

it('counts the weights of products as the network has them, but those of the structure module roughly', () => {
  for (const config of [CODONFOLD_SMALL, ESMFOLD_V1]) {
    const matrices = [...foldingParameters(config)].filter(([, shape]) => shape.length === 2);
    const sumOf = (names: RegExp) =>
      matrices
        .filter(([name]) => names.test(name))
        .reduce((sum, [, shape]) => sum + shape[0]! * shape[1]!, 0);
    const counts = parameterCounts(config);
    expect(counts.languageLayer).toBe(sumOf(/^esm\.encoder\.layer\.0\./));
    expect(counts.perResidue).toBe(sumOf(/^trunk\.blocks\.0\.(seq_attention|mlp_seq)\./));
    const perPair = sumOf(/^trunk\.blocks\.0\.(tri_mul\w+|tri_att\w+\.mha|mlp_pair)\./);
    expect(counts.perPair).toBe(perPair);
    const structureModule = sumOf(/^trunk\.structure_module\./);
    expect(counts.structureModule / structureModule).toBeGreaterThan(0.8);
    expect(counts.structureModule / structureModule).toBeLessThan(1.9);
  }
});

/** Worked out by hand from what the constants of `memory.ts` and `estimate.ts` say. */
describe('by hand', () => {
  it('a prediction takes the program, the pair representation, the rows at work and the weights', () => {
    // 4 bytes each: 21 copies of 100² · 128 numbers, and 100 rows of 6 · 100 · 128 and 4 heads with twice 100² numbers
    const [program, pair, rows] = [450e6, 107_520_000, 62_720_000];
    // 1.5 layers of the language model, a block and the structure module
    const weights = 4 * (1.5 * 78_643_200 + 14_123_008 + 2_949_120);
    expect(predictionBytes(ESMFOLD_V1, 100)).toBe(program + pair + rows + weights);
    // without blocks the maps of 36 layers with 40 heads, three times, take more than 21 copies of 128 channels
    const maps = 4 * 100 ** 2 * 3 * 36 * 40;
    expect(predictionBytes(esmfoldOn('3B', 0), 100)).toBe(program + maps + rows + weights);
    // those of 6 layers with 20 heads take less
    const small = predictionBytes(esmfoldOn('8M', 0), 100);
    expect(small).toBe(program + pair + rows + 4 * (6 * 1_228_800 + 2_949_120));
  });

  it('a prediction of the shipped model takes the maps and the distogram too', () => {
    const numbers = 21 * 96 + 3 * 6 * 8 + 3 * 64;
    const weights = 4 * (6 * 786_432 + 3 * 999_424 + 737_280);
    const expected = 450e6 + 4 * 50 ** 2 * numbers + 50 * 4 * 2 * 2 * 50 * 96 + weights;
    expect(predictionBytes(CODONFOLD_SMALL, 50)).toBe(expected);
    expect(estimatePrediction(CODONFOLD_SMALL, 50, 0).megabytes).toBe(Math.ceil(expected / 1e6));
  });

  it('a language model takes the program, its tokens and its weights', () => {
    const ofTokens = 4 * 102 * (10 * 320 + 3 * 1280 + 4 * 20 * 100);
    const bytes = (batch: number) => languageModelBytes(ESM2['8M'], { batch, numResidues: 100 });
    expect(bytes(1)).toBe(350e6 + ofTokens + 4 * 6 * 1_228_800);
    expect(bytes(3) - bytes(1)).toBe(2 * ofTokens);
    const large = languageModelBytes(ESM2['3B'], { batch: 1, numResidues: 100 });
    const ofLargeTokens = 4 * 102 * (10 * 2560 + 3 * 10_240 + 4 * 40 * 100);
    expect(large).toBe(350e6 + ofLargeTokens + 1.5 * 4 * 78_643_200);
  });

  it('a language model that does not fit is refused', () => {
    const sizes = { batch: 2, numResidues: 100 };
    const bytes = languageModelBytes(ESM2['8M'], sizes);
    expect(fitLanguageModel(ESM2['8M'], sizes, bytes).config).toBe(ESM2['8M']);
    expect(() => fitLanguageModel(ESM2['8M'], sizes, bytes - 1)).toThrow(
      expect.objectContaining({
        code: 'MEMORY_ESTIMATE',
        message: expect.stringMatching(/^100 residues would take about \d/) as string,
      }),
    );
  });

  it('rows are as many as 256 MB hold, or an eighth of the memory', () => {
    // a row of 512: 4 bytes · (6 · 512 · 128 + 2 · 4 · 512²) = 9,961,472
    expect(chooseChunkSize(ESMFOLD_V1, 512)).toBe(25);
    expect(chooseChunkSize(ESMFOLD_V1, 512, 1e9)).toBe(12);
    // without triangle attention: 4 bytes · 2 · 2 · 4096 · 96 = 6,291,456
    expect(chooseChunkSize(CODONFOLD_SMALL, 4096)).toBe(40);
    const pairs = { ...CODONFOLD_SMALL.trunk, pairChannels: 100 };
    // 4 · 2 · 2 · 400 · 100 = 640,000: exactly 400 and 399 rows
    expect(chooseChunkSize({ ...CODONFOLD_SMALL, trunk: pairs }, 400, 8 * 256e6)).toBeUndefined();
    expect(chooseChunkSize({ ...CODONFOLD_SMALL, trunk: pairs }, 400, 8 * 255.99e6)).toBe(399);
  });

  it('each of a batch has its share of the memory', () => {
    const config = esmfoldOn('8M', 2);
    const fitted = (batch: number) => fitFolding(config, { batch, numResidues: 256 }, 3.6e9).config;
    expect(fitted(1).trunk.chunkSize).toBe(chooseChunkSize(config, 256, 3.6e9));
    expect(fitted(2).trunk.chunkSize).toBe(chooseChunkSize(config, 256, 1.8e9));
    expect(fitted(2).trunk.chunkSize).toBeLessThan(fitted(1).trunk.chunkSize!);
    const work = 4 * (450e6 + 107_520_000 + 62_720_000); // as above, of four
    const limit = 2 * (7e9 + 4 * (1.5 * 78_643_200 + 14_123_008 + 2_949_120) + work);
    const holding = (memoryBytes: number) =>
      fitFolding(ESMFOLD_V1, { batch: 4, numResidues: 100 }, memoryBytes, { keptBytes: 7e9 })
        .holding;
    expect([limit, limit - 10].map(holding)).toEqual(['kept', 'streamed']);
  });

  it('time goes into products, into reading the weights of a large model and into folding a chain', () => {
    // ESMFold, 100 residues, four passes: 3.27e12 operations at 8e10 a second, 5.54e9 weights at 1e9 a second
    expect(estimatePrediction(ESMFOLD_V1, 100, 3).seconds).toBeCloseTo(0.7 + 40.92985 + 5.54277, 4);
    // the shipped model: one pass or two of 1.07e10 operations after 9.4e8, and 100² · 2e-5 s each
    expect(estimatePrediction(CODONFOLD_SMALL, 100, 0).seconds).toBeCloseTo(0.7 + 0.14502 + 0.2, 4);
    expect(estimatePrediction(CODONFOLD_SMALL, 100, 1).seconds).toBeCloseTo(0.7 + 0.27825 + 0.4, 4);
  });
});
