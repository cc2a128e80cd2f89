import { describe, expect, it } from 'vitest';
import type { BlockAttention } from '#architectures/family';
import type { RunnerOptions } from '#execution/graph-runner';
import { packAttention, thumbnailSize, unpackAttention } from '#predict/packed-attention';
import { type LoadedModel, localPredictor, warningsOnRequest } from '#predict/predictor';
import type { KnownEngine } from '#tensor/engine/engine';
import { fakePrediction, FAKE_ENGINE } from '../../helpers/fake-predictor.js';

const chains = [
  { id: 'A', sequence: 'MGX' },
  { id: 'B', sequence: 'WK' },
];

/** A model whose runs end when the test says so. */
function loaded() {
  const log: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const folded = fakePrediction({ name: 'x', chains });
  const plddt = Float32Array.of(10, 20, 30, 40, 60);
  const running = {
    fold: ({ name }: { name?: string }) =>
      new Promise((resolve, reject) => {
        log.push(`fold ${name!}`);
        ends.push((error) => {
          if (error) reject(error);
          else resolve({ atom14: folded.atom14, plddt, numRecycles: 7 });
        });
      }),
    attention: (_request: unknown, { onBlock }: { onBlock: (block: BlockAttention) => void }) => {
      log.push('attention');
      const weights = new Float32Array(2 * 25).fill(0.2);
      onBlock({ network: 'trunk', block: 3, weights });
      return Promise.resolve();
    },
    close: () => {
      log.push('close');
      return Promise.resolve();
    },
  };
  const model = {
    ...{ family: 'fake', numBlocks: 4, attention: [], numRecycles: 3 },
    ...{ readsAlignments: false, readsTemplates: true, stopsEarly: false },
    start: (_engine: unknown, _weights: unknown, options: RunnerOptions) => {
      log.push(`start ${JSON.stringify(options)}`);
      return running;
    },
    estimate: () => ({ seconds: 1, megabytes: 2 }),
  };
  const weights = { close: () => log.push('weights') };
  const all = { name: 'm', sha256: 's', model, weights } as unknown as LoadedModel;
  return { all, log, ends };
}
const engine = { facts: FAKE_ENGINE } as unknown as KnownEngine;
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a predictor of this process', () => {
  it('tells of each residue its chain, its number, its type and its atoms', async () => {
    const { all, ends } = loaded();
    const predicted = localPredictor(engine, all).predict({ name: 'x', title: 'x y', chains });
    await settle();
    ends[0]!();
    const prediction = await predicted;
    expect(prediction).toMatchObject({
      ...{ name: 'x', title: 'x y', chains, numRecycles: 7, meanPlddt: 32 },
      ...{ model: { name: 'm', sha256: 's' }, engine: FAKE_ENGINE },
    });
    expect([...prediction.chainIndex]).toEqual([0, 0, 0, 1, 1]);
    expect([...prediction.residueNumber]).toEqual([1, 2, 3, 1, 2]);
    expect([...prediction.aatype]).toEqual([12, 7, 20, 17, 11]);
    const numAtoms = [0, 1, 2, 3, 4].map((i) =>
      prediction.atom14Mask.slice(14 * i, 14 * i + 14).reduce((sum, one) => sum + one, 0),
    );
    expect(numAtoms).toEqual([8, 4, 0, 14, 9]); // heavy atoms of M, G, X, W and K
    expect(prediction.atom14Mask).toHaveLength(70);
  });

  it('runs one request after the other, whatever became of the one before', async () => {
    const { all, log, ends } = loaded();
    const predictor = localPredictor(engine, all, { threads: 2 } as RunnerOptions);
    const packed: unknown[] = [];
    const first = predictor.predict({ name: 'a', chains });
    const second = predictor.predict({ name: 'b', chains });
    const third = predictor.attention({ name: 'c', chains }, { onBlock: (block) => packed.push(block) }); // prettier-ignore
    await settle();
    expect(log).toEqual(['start {"threads":2}', 'fold a']);
    ends[0]!(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    await settle();
    expect(log.at(-1)).toBe('fold b');
    ends[1]!();
    await second;
    await third;
    expect(log.at(-1)).toBe('attention');
    expect(packed).toMatchObject([{ network: 'trunk', block: 3 }]);
    await predictor.close();
    expect(log.slice(-2)).toEqual(['close', 'weights']);
  });

  it('refuses what its model does not read, before it runs', async () => {
    const { all, log } = loaded();
    const given = { name: 'a', chains, alignment: { text: '>a' } };
    await expect(localPredictor(engine, all).predict(given)).rejects.toThrow(
      'm reads no alignment',
    );
    expect(log).toHaveLength(1);
  });

  it('says what it is before it is asked', () => {
    const { all } = loaded();
    const predictor = localPredictor(engine, all);
    expect(predictor.model).toEqual({
      ...{ name: 'm', sha256: 's', family: 'fake', numBlocks: 4, attention: [], numRecycles: 3 },
      ...{ readsAlignments: false, readsTemplates: true, stopsEarly: false },
    });
    expect(predictor.estimate({ chainLengths: [5] })).toEqual({ seconds: 1, megabytes: 2 });
  });
});

it('a model that reads alignments warns where there is none', () => {
  const alignment = { text: '>a' };
  const count = (request: object, readsAlignments: boolean) =>
    warningsOnRequest(request, { readsAlignments }).length;
  expect([count({}, true), count({ alignment }, true), count({}, false)]).toEqual([1, 0, 0]);
});

describe('packed attention', () => {
  /** Thumbnails as their description says, one cell at a time. */
  const slowly = (weights: Float32Array, numResidues: number): number[] => {
    const size = Math.min(48, numResidues);
    const numHeads = weights.length / numResidues ** 2;
    const pixels: number[] = [];
    for (let head = 0; head < numHeads; head++) {
      const cells = new Array<number>(size * size).fill(0);
      for (let i = 0; i < numResidues; i++)
        for (let j = 0; j < numResidues; j++) {
          const cell = Math.floor((i * size) / numResidues) * size + Math.floor((j * size) / numResidues); // prettier-ignore
          cells[cell] = Math.max(
            cells[cell]!,
            weights[(head * numResidues + i) * numResidues + j]!,
          );
        }
      const top = Math.max(...cells);
      pixels.push(
        ...cells.map((value) => (top > 0 ? Math.round(255 * Math.sqrt(value / top)) : 0)),
      );
    }
    return pixels;
  };

  it.each([3, 48, 49, 70])('of %i residues shows the strongest of each cell', (numResidues) => {
    const weights = Float32Array.from({ length: 2 * numResidues ** 2 }, (_, k) => {
      return ((k * 7919) % 101) / (k < numResidues ** 2 ? 1000 : 700);
    });
    const { thumbnails, maps } = packAttention(
      { network: 'trunk', block: 0, weights },
      numResidues,
    );
    expect([...thumbnails]).toEqual(slowly(weights, numResidues));
    expect(maps).toHaveLength(weights.length);
    const head = unpackAttention(maps.slice(numResidues ** 2));
    for (const [k, weight] of head.entries())
      expect(Math.abs(weight - weights[numResidues ** 2 + k]!)).toBeLessThan(1e-4);
  });

  it('of a head that attends to nothing is black', () => {
    const weights = new Float32Array(9);
    expect([...packAttention({ network: 'trunk', block: 0, weights }, 3).thumbnails]).toEqual(
      new Array(9).fill(0),
    );
  });

  it('has thumbnails of 48 rows at most', () => {
    expect([1, 47, 48, 49, 1000].map(thumbnailSize)).toEqual([1, 47, 48, 48, 48]);
  });
});
