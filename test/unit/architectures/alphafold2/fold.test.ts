/** @file When passes stop, and what a network is prepared for; the numbers are those of test/parity. */
import { describe, expect, it } from 'vitest';
import type { Alphafold2Sizes } from '#architectures/alphafold2/config';
import type {
  AlignmentFeatures,
  Alphafold2Features,
} from '#architectures/alphafold2/features/network-input';
import { featurise } from '#architectures/alphafold2/features/featurise';
import { fold, type PassOutput } from '#architectures/alphafold2/fold';
import { zeros, type Tensors } from '#architectures/alphafold2/host-tensors';
import type { Alphafold2Runner } from '#architectures/alphafold2/runner';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { alphafold2Model, RecordingRunner } from '../../../helpers/alphafold2-network.js';
import { alphafold2Inputs } from '../../../helpers/alphafold2-tiny.js';

const N = 4;
const { config } = alphafold2Model();

/** A network that computes nothing, but finds the CAs of four residues so many Å apart, in each pass as told. */
function placing(apart: readonly number[]) {
  const prepared: Alphafold2Sizes[] = [];
  const rest = [...apart];
  const placed = () => {
    const data = new Float32Array(N * 42);
    const step = rest.shift()!;
    for (let i = 0; i < N; i++) data[42 * i + 3] = step * i;
    return { shape: [1, N, 14, 3], data };
  };
  const runner = {
    config,
    prepare: (sizes: Alphafold2Sizes) => Promise.resolve(void prepared.push(sizes)),
    runBlocks: () => Promise.resolve(),
    run: ({ name }: { readonly name: string }) => {
      const nothing = new Proxy({}, { get: () => zeros([1, N, N, 1]) });
      const { msa, pair, plddt, single, resolved } = nothing as Tensors;
      const structure = () => ({ atom14: placed(), plddt, single, resolved });
      if (name === 'structureStage') return Promise.resolve(structure());
      return Promise.resolve(name === 'inputStage' ? { msa, pair } : nothing);
    },
  };
  return { prepared, runner: runner as unknown as Alphafold2Runner };
}

/** An alignment with so many extra rows. */
const withExtraRows = (alignment: AlignmentFeatures, numExtra: number): AlignmentFeatures => ({
  ...alignment,
  extraMsa: { shape: [numExtra, N], data: new Int32Array(numExtra * N) },
});

const features = featurise(
  { chains: ['MKTA'] },
  { maxClusters: 4, maxExtra: 4, sampling: 'first', seed: 0 },
);

describe('passes', () => {
  /** Distances between four residues in a row change by so many times this when the next is this much further away. */
  const CHANGE = Math.sqrt((2 * (3 * 1 + 2 * 4 + 1 * 9)) / 16);

  async function passesOf(
    apart: readonly number[],
    options: Parameters<typeof fold>[2],
    query: Alphafold2Features = features,
  ) {
    const { runner, prepared } = placing(apart);
    const found: PassOutput[] = [];
    const output = await fold(runner, query, { ...options, onPass: (_, of) => found.push(of) });
    expect(found).toHaveLength(output.numPasses);
    return { output, found, prepared };
  }

  it('are all made where nobody says when to stop, though nothing moves', async () => {
    const { output, found } = await passesOf([3, 3, 3], { numRecycles: 2 });
    expect(output.numPasses).toBe(3);
    expect(found[0]).not.toHaveProperty('change');
    expect(found.slice(1).map(({ change }) => change)).toEqual([0, 0]);
    expect(output.change).toBe(0);
  });

  it('stop when nothing moves where nothing may', async () => {
    const { output } = await passesOf([3, 4, 4, 9], { numRecycles: 3, recycleTolerance: 0 });
    expect(output.numPasses).toBe(3);
  });

  it('tell by how much distances changed since the pass before', async () => {
    const { output, found } = await passesOf([3, 4, 6, 6], { numRecycles: 3, recycleTolerance: 1 });
    expect(found.map(({ change }) => change)).toEqual([
      undefined,
      expect.closeTo(CHANGE, 5),
      expect.closeTo(2 * CHANGE, 5),
      0,
    ]);
    expect(output.numPasses).toBe(4);
  });

  it('are one where there are no recycles, which says nothing of a change', async () => {
    const { output } = await passesOf([3], { numRecycles: 0, recycleTolerance: 100 });
    expect(output.numPasses).toBe(1);
    expect(output).not.toHaveProperty('change');
  });

  it('have memory asked for anew when there are other rows, and only then', async () => {
    const whole = features.alignment(0);
    const extra = [1, 1, 3, 3];
    const query = { ...features, alignment: (pass: number) => withExtraRows(whole, extra[pass]!) };
    const { prepared } = await passesOf([3, 3, 3, 3], { numRecycles: 3 }, query);
    expect(prepared).toEqual(
      [1, 3].map((numExtra) => ({ batch: 1, numResidues: N, numClusters: 1, numExtra, numTemplates: 0 })), // prettier-ignore
    );
  });
});

it('nothing is done with templates once nobody waits', async () => {
  const runner = new RecordingRunner(nodeEngine(1));
  const signal = AbortSignal.abort();
  await expect(fold(runner, alphafold2Inputs('templates'), { signal })).rejects.toMatchObject({
    code: 'JOB_CANCELLED',
  });
  expect(runner.all('templateBlockStage')).toEqual([]);
  expect(runner.all('inputStage')).toEqual([]);
  await runner.close();
});
