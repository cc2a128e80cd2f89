import { expect, it } from 'vitest';
import { languageModelStage } from '#architectures/esmfold/stages';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { graphOf } from '#tensor/graph';
import { int8Factors } from '#tensor/int8-products';
import { add, input, linear, matmul, sum } from '#tensor/ops';

const x = input('x', [7, 512]);
const wide = input('wide', [512, 512]);
const rounded = { mayRound: true };
const factorsOf = (outputs: Parameters<typeof graphOf>[0]) => [...int8Factors(graphOf(outputs))];

it('takes weights of wide layers that may be rounded', () => {
  expect(factorsOf({ y: linear(x, wide, undefined, rounded) })).toEqual(['wide']);
});

it.each([
  { title: 'layers that may not', y: linear(x, wide) },
  {
    title: 'layers too narrow to gain by it',
    y: linear(x, input('narrow', [128, 512]), undefined, rounded),
  },
  {
    title: 'weights that something else reads',
    y: add(linear(x, wide, undefined, rounded), sum(wide)),
  },
  {
    title: 'products of two computed tensors',
    y: matmul(x, add(wide, 1), { transposeB: true, mayRound: true }),
  },
])('leaves $title in float32', ({ y }) => {
  expect(factorsOf({ y })).toEqual([]);
});

it('leaves weights in float32 that are also a result', () => {
  expect(factorsOf({ y: linear(x, wide, undefined, rounded), wide })).toEqual([]);
});

it('finds the transition of our own language model, whose projections are too narrow', () => {
  const { graph } = languageModelStage({ batch: 1, numResidues: 5 }, CODONFOLD_SMALL);
  expect([...int8Factors(graph)]).toEqual(['intermediate.dense.weight', 'output.dense.weight']);
});
