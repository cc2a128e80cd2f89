/** @file What does not change the result of a network, and how a run is watched, shortened and stopped. */
import { describe, expect, it } from 'vitest';
import type { Alphafold2Config } from '#architectures/alphafold2/config';
import type {
  AlignmentFeatures,
  Alphafold2Features,
} from '#architectures/alphafold2/features/network-input';
import {
  fold,
  numBlocksOf,
  type Alphafold2Options,
  type Alphafold2Output,
  type PassOutput,
} from '#architectures/alphafold2/fold';
import { Alphafold2Runner } from '#architectures/alphafold2/runner';
import { evoformerStage } from '#architectures/alphafold2/stages';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { HostTensor } from '#tensor/tensor';
import { alphafold2Model, RecordingRunner } from '../../helpers/alphafold2-network.js';
import { alphafold2Inputs, alphafold2Tensors } from '../../helpers/alphafold2-tiny.js';

/** Sums are added in another order. */
const ROUNDING = { atol: 2e-4, rtol: 0 };
const engine = nodeEngine(1);

async function foldWith(
  features: Alphafold2Features,
  options: Alphafold2Options,
  changes: Partial<Alphafold2Config> = {},
): Promise<Alphafold2Output> {
  const runner = new RecordingRunner(engine, undefined, changes);
  try {
    return await fold(runner, features, options);
  } finally {
    await runner.close();
  }
}

function expectSame(got: Alphafold2Output, want: Alphafold2Output): void {
  for (const part of ['atom14', 'plddt', 'single', 'pair', 'pae', 'contacts'] as const) {
    expect(got[part]!).toBeCloseToTensor(want[part]!, ROUNDING);
  }
}

/** Rows of a `[S, N, ...]` or `[S, N]` tensor, `numRows` of them new and empty. */
function padded({ shape, data }: HostTensor, numRows: number): HostTensor {
  const size = data.length / shape[0]!;
  const Type = data.constructor as new (length: number) => typeof data;
  const longer = new Type((shape[0]! + numRows) * size);
  longer.set(data);
  return { shape: [shape[0]! + numRows, ...shape.slice(1)], data: longer };
}

const templates = alphafold2Inputs('templates');

describe('chunks of rows', () => {
  const whole = foldWith(templates, { numRecycles: 1 });
  it.each([1, 20_000, 200_000])('of %d bytes change nothing', async (chunkBytes) => {
    expectSame(await foldWith(templates, { numRecycles: 1 }, { chunkBytes }), await whole);
  });

  it('are taken: a block becomes a graph of many pieces', () => {
    const { config } = alphafold2Model();
    const sizes = {
      batch: 1,
      numResidues: 58,
      numClusters: 8,
      numExtra: 8,
      numTemplates: 0,
    } as const;
    const countNodes = (chunkBytes?: number) =>
      evoformerStage(sizes, { ...config, chunkBytes }).graph.nodes.length;
    expect(countNodes(1)).toBeGreaterThan(10 * countNodes());
  });
});

describe('rows and templates that only pad', () => {
  const { alignment, templates: given, ...query } = templates;
  const clusters = alignment(0);
  const morePadding: AlignmentFeatures = {
    msa: padded(clusters.msa, 3),
    msaMask: padded(clusters.msaMask, 3),
    extraMsa: padded(clusters.extraMsa, 2),
    extraHasDeletion: padded(clusters.extraHasDeletion, 2),
    extraDeletionValue: padded(clusters.extraDeletionValue, 2),
    extraMsaMask: padded(clusters.extraMsaMask, 2),
  };
  const paddedTemplates = Object.fromEntries(
    Object.entries<HostTensor>({ ...given! }).map(([name, tensor]) => [name, padded(tensor, 2)]),
  ) as unknown as typeof given;

  it('change nothing', async () => {
    const features = { ...query, templates: paddedTemplates!, alignment: () => morePadding };
    const [got, want] = [
      await foldWith(features, { numRecycles: 1 }),
      await foldWith(templates, { numRecycles: 1 }),
    ];
    expectSame(got, want);
    expect(got.msa.shape[0]).toBe(want.msa.shape[0]! + 3);
  });

  it('are the same as no templates where none counts', async () => {
    const none = { ...given!, mask: { ...given!.mask, data: given!.mask.data.map(() => 0) } };
    const features = { ...query, alignment };
    expectSame(
      await foldWith({ ...features, templates: none }, { numRecycles: 0 }),
      await foldWith(features, { numRecycles: 0 }),
    );
  });
});

describe('a network without template modules', () => {
  it('folds as if no templates were given', async () => {
    const { config, weights } = alphafold2Model();
    const { templates: without, ...withoutTemplates } = config;
    expect(without).toBeDefined();
    const runner = new Alphafold2Runner(engine, weights, withoutTemplates);
    const got = await fold(runner, templates, { numRecycles: 1 });
    await runner.close();
    const want = alphafold2Tensors('notemplates').read;
    expect(got.single).toBeCloseToTensor(want('single'), { atol: 1e-4, rtol: 0 });
    expect(got.plddt).toBeCloseToTensor(want('plddt'), { atol: 1e-3, rtol: 0 });
  });
});

describe('passes', () => {
  const features = alphafold2Inputs('msa');

  it('stop when distances change by no more than the tolerance', async () => {
    const all: PassOutput[] = [];
    await foldWith(features, { numRecycles: 3, onPass: (_, output) => all.push(output) });
    expect(all[0]!.change).toBeUndefined();
    const changes = all.slice(1).map(({ change }) => change!);
    expect(Math.min(...changes)).toBeGreaterThan(0);
    const [first] = changes as [number];
    const stopped = await foldWith(features, { numRecycles: 3, recycleTolerance: first });
    expect(stopped.numPasses).toBe(2);
    expect(stopped.atom14).toEqual(all[1]!.atom14);
    const least = Math.min(...changes);
    const went = await foldWith(features, { numRecycles: 3, recycleTolerance: least / 2 });
    expect(went.numPasses).toBe(4);
  });

  it('tell structure and confidence of each', async () => {
    const told: [number, PassOutput][] = [];
    const last = await foldWith(features, { numRecycles: 1, onPass: (...all) => told.push(all) });
    expect(told.map(([pass]) => pass)).toEqual([0, 1]);
    const [, [, { atom14, plddt, pae, tmTerms }]] = told as [unknown, [number, PassOutput]];
    expect({ atom14, plddt, pae, tmTerms }).toEqual({
      atom14: last.atom14,
      plddt: last.plddt,
      pae: last.pae,
      tmTerms: last.tmTerms,
    });
    expect(told[0]![1].tmTerms).not.toEqual(tmTerms);
  });

  it('read the alignment of their own number, whatever its size', async () => {
    const asked: number[] = [];
    const runner = new RecordingRunner(engine);
    const whole = features.alignment(0);
    const numRows = whole.msaMask.shape[0]!;
    const fewer: AlignmentFeatures = {
      ...whole,
      msa: firstEntries(whole.msa, numRows - 2),
      msaMask: firstEntries(whole.msaMask, numRows - 2),
    };
    await fold(
      runner,
      {
        ...features,
        alignment: (pass) => {
          asked.push(pass);
          return pass === 1 ? fewer : whole;
        },
      },
      { numRecycles: 2 },
    );
    await runner.close();
    expect(asked).toEqual([0, 1, 2]);
    const seen = runner.all('inputStage').map(({ feeds }) => feeds['msaFeat']!.shape[1]);
    expect(seen).toEqual([numRows, numRows - 2, numRows]);
  });
});

describe('a run', () => {
  const features = alphafold2Inputs('single');

  it('asks for memory once, and does not stop when another program takes some meanwhile', async () => {
    const { config, weights } = alphafold2Model();
    let numAsked = 0;
    const memoryBytes = () => (numAsked++ === 0 ? 16e9 : 1e6);
    const runner = new Alphafold2Runner(engine, weights, config, { memoryBytes });
    const { numPasses } = await fold(runner, features, { numRecycles: 2 });
    expect({ numPasses, numAsked }).toEqual({ numPasses: 3, numAsked: 1 });
    await expect(fold(runner, features)).rejects.toMatchObject({ code: 'MEMORY_ESTIMATE' });
    await runner.close();
  });

  it('reports each block in turn', async () => {
    const { config } = alphafold2Model();
    const blocks: [number, number][] = [];
    await foldWith(features, { numRecycles: 1, onBlock: (...at) => blocks.push(at) });
    const numBlocks = numBlocksOf({ config });
    expect(numBlocks).toBe(5);
    const ofPass = (pass: number) => [...Array(numBlocks).keys()].map((block) => [pass, block]);
    expect(blocks).toEqual([...ofPass(0), ...ofPass(1)]);
  });

  it.each([0, 1, 2, 4])('stops between two blocks, after block %d', async (last) => {
    const controller = new AbortController();
    const blocks: number[] = [];
    const running = foldWith(features, {
      numRecycles: 3,
      signal: controller.signal,
      onBlock: (_, block) => {
        blocks.push(block);
        if (block === last) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(blocks.at(-1)).toBe(last);
  });

  it('stops among templates', async () => {
    const signal = AbortSignal.abort();
    await expect(foldWith(templates, { signal })).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

const firstEntries = ({ shape, data }: HostTensor, count: number): HostTensor => ({
  shape: [count, ...shape.slice(1)],
  data: data.subarray(0, (data.length / shape[0]!) * count),
});
