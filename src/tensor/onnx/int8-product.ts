import type { Shape } from '#tensor/shape';
import type { OnnxBuilder } from './builder.js';
import { CONTRIB_DOMAIN, ONNX_TYPE } from './model.js';

/** Keeps rows of zeros from being divided by zero. */
const LEAST_MAGNITUDE = 1e-30;
/**
 * Wide layers of large models have a few channels whose numbers are many times as large as all others; the scale of a row
 * would leave the others no digits. Narrower ones have not, and could not afford to look for them.
 *
 * @source Dettmers et al. 2022 "LLM.int8()", section 4
 */
const LEAST_WIDTH_WITH_OUTLIERS = 1024;
/** Channels in which one outlier is looked for. */
const CHANNELS_OF_OUTLIER = 160;

/** The right factor of an int8 product: names of its values, and its shape `[I, O]`. */
interface Int8Factor {
  /** `[I, O]` int8 */
  readonly values: string;
  /** `[O]`, of its columns. */
  readonly scales: string;
  readonly shape: Shape;
}

/**
 * Says a product of int8 factors. Each row of `x` is rounded by its own largest magnitude, since one scale for all rows
 * would leave small ones few digits, and outlying channels are multiplied in float32.
 *
 * @param x `[M, I]` float32
 * @returns the name of `[M, O]` float32
 */
export function lowerInt8Product(x: string, factor: Int8Factor, onnx: OnnxBuilder): string {
  const channels = factor.shape[0]!;
  if (channels < LEAST_WIDTH_WITH_OUTLIERS) return roundedProduct(x, factor, onnx);
  const numOutliers = Math.round(channels / CHANNELS_OF_OUTLIER);
  const ofChannels = onnx.node('ReduceMax', [onnx.node('Abs', [x])], { axes: [0], keepdims: 0 });
  const found = [ofChannels, onnx.int64([numOutliers])];
  const largest = onnx.nodeWithOutputs('TopK', found, ['', 'places'], { axis: 0, sorted: 0 });
  const places = onnx.namedOutput(largest, 'places');
  const outliers = onnx.node('Gather', [x, places], { axis: 1 });
  const theirs = onnx.node('Gather', [factor.values, places], { axis: 0 });
  const weights = onnx.node('Cast', [theirs], { to: ONNX_TYPE.float32 });
  const exact = onnx.node('Mul', [onnx.node('MatMul', [outliers, weights]), factor.scales]);
  const ones = onnx.constant(new Float32Array(channels).fill(1), [channels]);
  const zeros = onnx.constant(new Float32Array(numOutliers), [numOutliers]);
  const others = onnx.node('ScatterElements', [ones, places, zeros], { axis: 0 });
  const rounded = roundedProduct(onnx.node('Mul', [x, others]), factor, onnx);
  return onnx.node('Add', [rounded, exact]);
}

function roundedProduct(x: string, { values, scales }: Int8Factor, onnx: OnnxBuilder): string {
  const largest = onnx.node('ReduceMax', [onnx.node('Abs', [x])], { axes: [1], keepdims: 1 });
  const least = onnx.constant(Float32Array.of(LEAST_MAGNITUDE), []);
  const magnitude = onnx.node('Max', [largest, least]);
  const ofRows = onnx.node('Div', [x, magnitude]);
  const factors = [ofRows, values, scales];
  const product = onnx.node('DynamicQuantizeMatMul', factors, {}, CONTRIB_DOMAIN);
  return onnx.node('Mul', [product, magnitude]);
}
