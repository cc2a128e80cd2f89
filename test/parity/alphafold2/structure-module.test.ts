/** @file Each iteration of the structure module, from the representations of the original. */
import { describe, expect, it } from 'vitest';
import { rigidOf, scaleFrames } from '#layers/structure-module/frames';
import { invariantPointAttention } from '#layers/structure-module/invariant-point-attention';
import {
  structureModule,
  type StructureIteration,
} from '#layers/structure-module/structure-module';
import { layerNormLayer } from '#layers/elementary';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { concat, full, reshape, slice } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { evaluateLayer } from '../../helpers/alphafold2-network.js';
import { alphafold2Inputs, alphafold2Tensors } from '../../helpers/alphafold2-tiny.js';

const REPRESENTATION = { atol: 1e-4, rtol: 0 };
const ANGSTROM = { atol: 1e-3, rtol: 0 };
const engine = nodeEngine(1);

const batched = ({ shape, data }: HostTensor): HostTensor => ({ shape: [1, ...shape], data });
const { read: want } = alphafold2Tensors('single');
const aatype = batched(alphafold2Inputs('single').aatype);
const numResidues = aatype.data.length;
const mask = full([1, numResidues], 1);

/** One tensor of all iterations, `[layers, N, ...]`. */
function evaluateIterations(pick: (iteration: StructureIteration) => Tensor): Promise<HostTensor> {
  const feeds = { single: batched(want('single')), pair: batched(want('pair')), aatype };
  return evaluateLayer(engine, 'structure_module', feeds, (parameters, inputs, config) =>
    concat(structureModule(parameters, { ...inputs, mask }, config.structureModule).map(pick), 0),
  );
}

describe('every iteration of the structure module', () => {
  it.each<[string, (iteration: StructureIteration) => Tensor, typeof ANGSTROM]>([
    ['sm.positions', ({ atom14 }) => atom14, ANGSTROM],
    ['sm.states', ({ state }) => state, REPRESENTATION],
    ['sm.angles', ({ torsions }) => torsions, REPRESENTATION],
    ['sm.unnormalized_angles', ({ unnormalisedTorsions }) => unnormalisedTorsions, REPRESENTATION],
    [
      'sm.frames',
      ({ frames: { quaternion, translation } }) => concat([quaternion, translation], -1),
      ANGSTROM,
    ],
  ])('gives %s of the original', async (name, pick, tolerance) => {
    expect(await evaluateIterations(pick)).toBeCloseToTensor(want(name), tolerance);
  });

  it('ends with the frames of all rigid groups of the original', async () => {
    const groups = await evaluateIterations(({ groups: { rotation, translation } }) =>
      concat([rotation, reshape(translation, [...translation.shape, 1])], -1),
    ); // [layers, N, 8, 3, 4]
    const frames = want('sm.sidechain_frames'); // [N, 8, 4, 4]
    const last = groups.data.subarray(-(groups.data.length / groups.shape[0]!));
    const rows = Float32Array.from(frames.data).filter((_, i) => i % 16 < 12);
    expect(last).toBeCloseToTensor(rows, ANGSTROM);
  });

  it('adds what invariant point attention of the original adds', async () => {
    const [states, frames, updates] = [want('sm.states'), want('sm.frames'), want('sm.ipa_update')];
    const layer = ({ shape, data }: HostTensor, index: number): HostTensor => {
      const size = data.length / shape[0]!;
      return { shape: [1, ...shape.slice(1)], data: data.slice(index * size, (index + 1) * size) };
    };
    for (let index = 1; index < states.shape[0]!; index++) {
      const feeds = {
        state: layer(states, index - 1),
        frame: layer(frames, index - 1),
        pair: batched(want('pair')),
      };
      const got = await evaluateLayer(
        engine,
        'structure_module',
        feeds,
        (parameters, { state, frame, pair }, { structureModule: sizes }) => {
          const quaternion = slice(frame, -1, 0, 4);
          const translation = slice(frame, -1, 4, 7);
          const normalised = layerNormLayer(parameters.within('layer_norm_z'), pair);
          const rigid = rigidOf(scaleFrames({ quaternion, translation }, 1 / sizes.lengthScale));
          const ipa = parameters.within('ipa');
          return invariantPointAttention(ipa, state, normalised, rigid, mask, sizes);
        },
      );
      expect(got).toBeCloseToTensor(layer(updates, index), REPRESENTATION);
    }
  });
});
