import { describe, expect, it } from 'vitest';
import { encodeModel } from '#tensor/onnx/model';
import { integers, messages, readFields, texts } from '../../../helpers/protobuf-reader.js';

// Field numbers below are those of onnx.proto, written out again on purpose.
const MODEL = { irVersion: 1, producer: 2, graph: 7, operatorSet: 8 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };

const bytes = encodeModel({
  nodes: [
    {
      operator: 'FusedMatMul',
      inputs: ['a', 'b'],
      outputs: ['c'],
      attributes: { transA: 1, alpha: { float: 0.25 }, axes: [0, -2], mode: 'wide' },
      domain: 'com.microsoft',
    },
    { operator: 'Identity', inputs: ['c'], outputs: ['d'] },
  ],
  inputs: [{ name: 'a', shape: [2, 300], dtype: 'float32' }],
  outputs: [{ name: 'd', shape: [], dtype: 'int32' }],
  constants: [
    { name: 'f', shape: [2], data: Float32Array.of(0, 1.5, -2).subarray(1) },
    { name: 'i', shape: [], data: Int32Array.of(-7) },
    { name: 'l', shape: [1], data: BigInt64Array.of(-1n) },
  ],
});
const model = readFields(bytes);
const graph = readFields(messages(model, MODEL.graph)[0]!);

describe('an encoded model', () => {
  it('names the versions it is written in', () => {
    expect(integers(model, MODEL.irVersion)).toEqual([8]);
    expect(texts(model, MODEL.producer)).toEqual(['codonfold']);
    const sets = messages(model, MODEL.operatorSet).map(readFields);
    expect(sets.map((set) => [texts(set, 1)[0], integers(set, 2)[0]])).toEqual([
      ['', 17],
      ['com.microsoft', 1],
    ]);
  });

  it('holds the nodes in order, with values and domain', () => {
    const nodes = messages(graph, GRAPH.node).map(readFields);
    expect(nodes.map((node) => [texts(node, 1), texts(node, 2), texts(node, 4)])).toEqual([
      [['a', 'b'], ['c'], ['FusedMatMul']],
      [['c'], ['d'], ['Identity']],
    ]);
    expect(nodes.map((node) => texts(node, 7))).toEqual([['com.microsoft'], []]);
  });

  it('types each attribute', () => {
    const [node] = messages(graph, GRAPH.node).map(readFields);
    const attributes = messages(node!, 5).map(readFields);
    expect(attributes.map((fields) => [texts(fields, 1)[0], integers(fields, 20)[0]])).toEqual([
      ['transA', 2],
      ['alpha', 1],
      ['axes', 7],
      ['mode', 3],
    ]);
    const [transA, alpha, axes, mode] = attributes;
    expect(integers(transA!, 3)).toEqual([1]);
    expect(alpha!.find(({ number }) => number === 2)?.value).toBe(0.25);
    expect(integers(axes!, 8)).toEqual([0, -2]);
    expect(texts(mode!, 4)).toEqual(['wide']);
  });

  it('states type and shape of inputs and outputs', () => {
    const describeValue = (value: Uint8Array) => {
      const fields = readFields(value);
      const tensor = readFields(messages(readFields(messages(fields, 2)[0]!), 1)[0]!);
      const dims = messages(readFields(messages(tensor, 2)[0]!), 1).map(readFields);
      return [texts(fields, 1)[0], integers(tensor, 1)[0], dims.map((dim) => integers(dim, 1)[0])];
    };
    expect(messages(graph, GRAPH.input).map(describeValue)).toEqual([['a', 1, [2, 300]]]);
    expect(messages(graph, GRAPH.output).map(describeValue)).toEqual([['d', 6, []]]);
  });

  it('stores numbers as raw bytes, of a view only what it shows', () => {
    const tensors = messages(graph, GRAPH.initializer).map(readFields);
    expect(tensors.map((fields) => [texts(fields, 8)[0], integers(fields, 2)[0]])).toEqual([
      ['f', 1],
      ['i', 6],
      ['l', 7],
    ]);
    expect(tensors.map((fields) => integers(fields, 1))).toEqual([[2], [], [1]]);
    const raw = tensors.map((fields) => messages(fields, 9)[0]!.buffer);
    expect([...new Float32Array(raw[0]!)]).toEqual([1.5, -2]);
    expect([...new Int32Array(raw[1]!)]).toEqual([-7]);
    expect([...new BigInt64Array(raw[2]!)]).toEqual([-1n]);
  });
});
