import { describe, expect, it } from 'vitest';
import { applyRigid } from '#geometry/rigid';
import { Parameters } from '#layers/parameters';
import { allAtomPositions, rigidGroups } from '#layers/structure-module/all-atom';
import { chainFrames } from '#layers/structure-module/chain-frames';
import { rigidOf } from '#layers/structure-module/frames';
import { invariantPointAttention } from '#layers/structure-module/invariant-point-attention';
import { triangleAttention } from '#layers/triangle-attention';
import { triangleMultiplication } from '#layers/triangle-multiplication';
import { ATOM14_MASK } from '#structure/residues/atoms';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';
import { broadcastTo, constant, expandAxis } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { randomSource, randomTensor } from '../helpers/random.js';
import { evaluate } from '../helpers/reference-engine.js';
import * as reference from './reference/all-atom.js';
import { chainPositions } from './reference/chain-positions.js';
import * as referenceAttention from './reference/invariant-point-attention.js';
import { pairOf, range, type Weights } from './reference/numbers.js';
import { triangleAttention as slowTriangleAttention } from './reference/triangle-attention.js';
import { triangleMultiplication as slowTriangleMultiplication } from './reference/triangle-multiplication.js';

/** Both sides are float64; constants of graphs are float32. */
const TIGHT = { atol: 1e-6, rtol: 1e-6 };
const N = 7;
const C_Z = 15;
const MASK = [1, 1, 0, 1, 1, 1, 0];

const random = (shape: readonly number[], seed: number) => {
  const { data } = randomTensor(shape, seed);
  return { data: Array.from(data), tensor: constant(data, shape) };
};
const mask = constant(MASK, [1, N]);
const pairMask = constant(
  MASK.flatMap((a) => MASK.map((b) => a * b)),
  [1, N, N],
);

/** Random numbers for all weights that a layer asked for, none of them 0. */
function weightsOf(parameters: Parameters): Weights {
  const names = [...parameters.all];
  return Object.fromEntries(
    names.map(([name, { tensor }], i) => [name, randomTensor(tensor.shape, 100 + i).data]),
  );
}
const valuesOf = (tensor: Tensor, weights: Weights = {}) => evaluate([tensor], weights)[0]!;

/** The edges between residues that the mask keeps. */
function keptEdges(update: readonly (readonly (readonly number[])[])[]): number[] {
  return update.flatMap((row, i) =>
    row.flatMap((x, j) => (MASK[i]! * MASK[j]! === 1 ? [...x] : [])),
  );
}

describe('triangle multiplication is that of plain loops', () => {
  it.each(['outgoing', 'incoming'] as const)('%s', (direction) => {
    const parameters = new Parameters();
    const pair = random([1, N, N, C_Z], 1);
    const update = triangleMultiplication(parameters, pair.tensor, pairMask, direction);
    const weights = weightsOf(parameters);
    const got = pairOf(valuesOf(update, weights), N);
    const want = slowTriangleMultiplication(weights, pairOf(pair.data, N), MASK, direction);
    expect(got.flat(2)).toBeCloseToTensor(want.flat(2), TIGHT);
  });
});

describe('triangle attention is that of plain loops', () => {
  it.each(['starting', 'ending'] as const)('around the %s node', (node) => {
    const parameters = new Parameters();
    const pair = random([1, N, N, C_Z], 2);
    const sizes = { numHeads: C_Z / 5, headChannels: 5 };
    const update = triangleAttention(parameters, pair.tensor, pairMask, node, sizes);
    const weights = weightsOf(parameters);
    const got = pairOf(valuesOf(update, weights), N);
    const want = slowTriangleAttention(weights, pairOf(pair.data, N), MASK, node, 5);
    expect(keptEdges(got)).toBeCloseToTensor(keptEdges(want), TIGHT);
  });
});

describe('invariant point attention', () => {
  it('is that of plain loops', () => {
    const sizes = {
      singleChannels: 13,
      attentionChannels: 11,
      numHeads: 5,
      numQueryPoints: 3,
      numValuePoints: 2,
    };
    const parameters = new Parameters();
    const single = random([1, N, 13], 3);
    const pair = random([1, N, N, C_Z], 4);
    const rigid = rigidOf({
      quaternion: random([1, N, 4], 5).tensor,
      translation: random([1, N, 3], 6).tensor,
    });
    const update = invariantPointAttention(
      parameters,
      single.tensor,
      pair.tensor,
      rigid,
      mask,
      sizes,
    );
    const weights = weightsOf(parameters);
    const [rotations, translations] = [valuesOf(rigid.rotation), valuesOf(rigid.translation)];
    const frames = range(N).map((i) => ({
      rotation: range(3).map((row) => [
        ...rotations.subarray(9 * i + 3 * row, 9 * i + 3 * row + 3),
      ]),
      translation: [...translations.subarray(3 * i, 3 * i + 3)],
    }));
    const rows = range(N).map((i) => single.data.slice(13 * i, 13 * (i + 1)));
    const want = referenceAttention.invariantPointAttention(
      weights,
      rows,
      pairOf(pair.data, N),
      frames,
      MASK,
      sizes,
    );
    expect(valuesOf(update, weights)).toBeCloseToTensor(want.flat(), { atol: 1e-5, rtol: 1e-5 });
  });
});

describe('all-atom placement', () => {
  it('is that of 4×4 matrices, for every residue type', () => {
    const types = range(20);
    const frames = rigidOf({
      quaternion: random([1, 20, 4], 7).tensor,
      translation: random([1, 20, 3], 8).tensor,
    });
    const angles = Array.from(randomTensor([20 * 7], 9, [-Math.PI, Math.PI]).data);
    const sinCos = angles.map((angle) => [
      Math.fround(Math.sin(angle)),
      Math.fround(Math.cos(angle)),
    ]);
    const aatype = constant(Int32Array.from(types), [1, 20]);
    const groups = rigidGroups(frames, constant(sinCos.flat(), [1, 20, 7, 2]), aatype);
    const got = valuesOf(allAtomPositions(groups, aatype));
    const [rotations, translations] = [valuesOf(frames.rotation), valuesOf(frames.translation)];
    const want = types.map((type) => {
      const matrix = range(3).flatMap((row) => [
        ...rotations.subarray(9 * type + 3 * row, 9 * type + 3 * row + 3),
        translations[3 * type + row]!,
      ]);
      const torsions = sinCos.slice(7 * type, 7 * type + 7);
      return reference
        .allAtomPositions([...matrix, 0, 0, 0, 1], torsions, type)
        .map((atom, slot) => atom.map((x) => x * ATOM14_MASK[14 * type + slot]!));
    });
    expect(got).toBeCloseToTensor(want.flat(2), TIGHT);
  });
});

describe('the chain that torsions build', () => {
  it.each([1, 2, 13, 64])('of %i residues lies where atoms laid one by one lie', (length) => {
    const next = randomSource(length);
    const torsions = range(length).map(() => {
      const [phi, psi] = [2 * Math.PI * (next() - 0.5), 2 * Math.PI * (next() - 0.5)];
      return { phi, psi };
    });
    const sinCos = torsions.map(({ phi, psi }) => [
      ...[Math.sin(phi), Math.cos(phi)],
      ...[Math.sin(psi), Math.cos(psi)],
    ]);
    const rigid = rigidOf(chainFrames(constant(sinCos.flat(), [1, length, 2, 2]), 1));
    const local = constant(ATOM14_LOCAL_POSITIONS.slice(0, 9), [1, 3, 3]); // N, CA, C of alanine
    const atoms = applyRigid(rigid, broadcastTo(expandAxis(local, 1), [1, length, 3, 3]));
    // Torsions enter as float32: 6e-8 radians at the end of an arm of a hundred Å, dozens of times.
    expect(valuesOf(atoms)).toBeCloseToTensor(chainPositions(torsions).flat(), { atol: 2e-4 });
  });

  it('is as long as its unit of length says', () => {
    const torsions = random([1, 5, 2, 2], 1).tensor;
    const [one, ten] = [1, 10].map((scale) => valuesOf(chainFrames(torsions, scale).translation));
    expect(ten!.map((x) => 10 * x)).toBeCloseToTensor(one!);
  });
});
