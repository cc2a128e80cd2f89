/** @file ONNX messages. Field numbers are those of onnx.proto, IR version 8, operator set 17. */
import { typeOf, type Feed, type NarrowType } from '#tensor/narrow';
import type { DType } from '#tensor/tensor';
import { encode, float, integer, message, text, type Piece } from './protobuf.js';

const IR_VERSION = 8;
const OPERATOR_SET = 17;
const FLOAT = 1;
const INT8 = 3;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;
const FLOAT16 = 10;
/** Operators of onnxruntime itself, such as FusedMatMul. */
export const CONTRIB_DOMAIN = 'com.microsoft';

/** Value of a node attribute: whole numbers are written as int, `{ float }` as float, `{ graph }` as what a loop repeats. */
export type Attribute =
  number | readonly number[] | string | { readonly float: number } | { readonly graph: OnnxGraph };

/** One operator call of an ONNX graph. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}

/** A value with its type and static shape. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType | NarrowType;
}

/** Numbers stored in the model. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Feed['data'] | BigInt64Array;
}

/** Everything that makes an ONNX model. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
}

/** Number that ONNX's Cast takes for a type. */
export const ONNX_TYPE = {
  float32: FLOAT,
  float16: FLOAT16,
  int8: INT8,
  int32: INT32,
  int64: INT64,
  bool: BOOL,
} as const;

function attributeProto(name: string, value: Attribute): Piece {
  const label = text(1, name);
  if (typeof value === 'number') return [label, integer(3, value), integer(20, 2)];
  if (typeof value === 'string') return [label, text(4, value), integer(20, 3)];
  if ('float' in value) return [label, float(2, value.float), integer(20, 1)];
  if ('graph' in value) return [label, message(6, graphProto(value.graph)), integer(20, 5)];
  return [label, value.map((item) => integer(8, item)), integer(20, 7)];
}

function nodeProto({ operator, inputs, outputs, attributes = {}, domain }: OnnxNode): Piece {
  return [
    inputs.map((name) => text(1, name)),
    outputs.map((name) => text(2, name)),
    text(4, operator),
    Object.entries(attributes).map(([name, value]) => message(5, attributeProto(name, value))),
    domain === undefined ? [] : text(7, domain),
  ];
}

function tensorProto({ name, shape, data }: OnnxConstant): Piece {
  const type = data instanceof BigInt64Array ? INT64 : ONNX_TYPE[typeOf({ data })];
  return [
    shape.map((size) => integer(1, size)),
    integer(2, type),
    text(8, name),
    message(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function valueInfoProto({ name, shape, dtype }: OnnxValue): Piece {
  const dims = shape.map((size) => message(1, integer(1, size)));
  const tensorType = [integer(1, ONNX_TYPE[dtype]), message(2, dims)];
  return [text(1, name), message(2, message(1, tensorType))];
}

function graphProto({ nodes, inputs, outputs, constants }: OnnxGraph): Piece {
  return [
    nodes.map((node) => message(1, nodeProto(node))),
    text(2, 'codonfold'),
    constants.map((constant) => message(5, tensorProto(constant))),
    inputs.map((value) => message(11, valueInfoProto(value))),
    outputs.map((value) => message(12, valueInfoProto(value))),
  ];
}

/** Writes a model file. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  return encode(modelProto(graphProto(graph)));
}

/** A model that gives `same` for `given`, of this type and any shape. */
export function identityModel(dtype: DType): Uint8Array {
  const valueInfo = (name: string) => [
    text(1, name),
    message(2, message(1, integer(1, ONNX_TYPE[dtype]))),
  ];
  return encode(
    modelProto([
      message(1, nodeProto({ operator: 'Identity', inputs: ['given'], outputs: ['same'] })),
      text(2, 'codonfold'),
      message(11, valueInfo('given')),
      message(12, valueInfo('same')),
    ]),
  );
}

function modelProto(graph: Piece): Piece[] {
  const operatorSet = (domain: string, version: number) =>
    message(8, [text(1, domain), integer(2, version)]);
  return [
    integer(1, IR_VERSION),
    text(2, 'codonfold'),
    message(7, graph),
    operatorSet('', OPERATOR_SET),
    operatorSet(CONTRIB_DOMAIN, 1),
  ];
}
