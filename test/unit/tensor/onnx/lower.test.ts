import { describe, expect, it } from 'vitest';
import { inputsOf, outputsOf } from '#tensor/engine/feeds';
import { nodeModels } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { encodeModel } from '#tensor/onnx/model';
import * as ops from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { numbersOf } from '../../../helpers/finite-differences.js';
import { OPERATION_CASES, traceCase } from '../../../helpers/operation-cases.js';
import { evaluate } from '../../../helpers/reference-engine.js';

const ALL = { fusedMatmul: true, preciseSines: true };
const WITHOUT_FUSED = { ...ALL, fusedMatmul: false };
const operatorsOf = (output: Tensor) =>
  lowerToOnnx(graphOf({ output }), ALL).nodes.map(({ operator }) => operator);

describe('lowering without FusedMatMul', () => {
  it.each(OPERATION_CASES.matmul)('gives the same numbers: $title', async (item) => {
    const { output, feeds } = traceCase(item);
    const graph = graphOf({ output });
    const model = lowerToOnnx(graph, WITHOUT_FUSED);
    expect(model.nodes.map(({ operator }) => operator)).not.toContain('FusedMatMul');
    const encoded = encodeModel(model);
    const executable = await nodeModels(1)({
      encoded,
      inputs: inputsOf(graph),
      outputs: outputsOf(graph),
    });
    const result = await executable.run(feeds);
    await executable.dispose();
    const expected = { shape: output.shape, data: evaluate([output], numbersOf(feeds))[0]! };
    expect(result['output']).toBeCloseToTensor(expected);
  });
});

describe('lowering', () => {
  const x = ops.input('x', [3, 5]);

  it('folds transposes and scale into one product', () => {
    const product = ops.matmul(x, x, { transposeB: true, scale: 0.5 });
    expect(operatorsOf(product)).toEqual(['FusedMatMul', 'Identity']);
  });

  it('says nothing for stopGradient', () => {
    expect(operatorsOf(ops.stopGradient(x))).toEqual(['Identity']);
  });

  it('adds up a whole tensor in two steps, which keeps precision', () => {
    const operators = operatorsOf(ops.sum(x));
    expect(operators.filter((operator) => operator === 'ReduceSum')).toHaveLength(2);
  });

  it('stores equal scalars once and different ones apart', () => {
    const y = ops.add(ops.multiply(x, 2), ops.add(ops.multiply(x, 2), 3));
    expect(lowerToOnnx(graphOf({ y }), ALL).constants).toHaveLength(2);
  });

  it('keeps the names of inputs, outputs and inner values apart', () => {
    const named = ops.input('v0', [2]);
    const { nodes, inputs } = lowerToOnnx(graphOf({ v0: ops.negate(ops.negate(named)) }), ALL);
    const defined = [...inputs.map(({ name }) => name), ...nodes.flatMap(({ outputs }) => outputs)];
    expect(new Set(defined).size).toBe(defined.length);
  });
});
