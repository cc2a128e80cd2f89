/** @file The primitive operations: everything an engine must be able to run and a gradient must know. */

/** Operations of one argument that act on each element alone. */
export type UnaryKind =
  | 'negate'
  | 'abs'
  | 'sign'
  | 'sqrt'
  | 'reciprocal'
  | 'exp'
  | 'log'
  | 'sigmoid'
  | 'relu'
  | 'erf'
  | 'softplus'
  | 'sin'
  | 'cos';

/** Operations of two arguments that broadcast; comparisons give 1 and 0. */
export type BinaryKind =
  'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum' | 'greater' | 'equal';

/** What a node does to its inputs, with the attributes that are known when the graph is built. */
export type Operation =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: Float32Array | Int32Array }
  | { readonly kind: UnaryKind }
  | { readonly kind: BinaryKind }
  | { readonly kind: 'select' }
  | { readonly kind: 'stopGradient' }
  | { readonly kind: 'toFloat' }
  | { readonly kind: 'sum'; readonly axes: readonly number[] }
  | { readonly kind: 'max'; readonly axes: readonly number[] }
  | { readonly kind: 'softmax' }
  | { readonly kind: 'logSoftmax' }
  | { readonly kind: 'layerNorm'; readonly epsilon: number }
  | { readonly kind: 'layerNormStatistic'; readonly which: 'mean' | 'inverseDeviation' }
  | {
      readonly kind: 'matmul';
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly scale: number;
      /** Whether both factors may be rounded to int8; see `int8-products.ts`. */
      readonly mayRound: boolean;
    }
  | { readonly kind: 'reshape' }
  | { readonly kind: 'transpose'; readonly permutation: readonly number[] }
  | { readonly kind: 'broadcastTo' }
  | { readonly kind: 'concat'; readonly axis: number }
  | { readonly kind: 'slice'; readonly axis: number; readonly start: number; readonly end: number }
  | { readonly kind: 'pad'; readonly axis: number; readonly before: number; readonly after: number }
  | { readonly kind: 'gather' }
  | { readonly kind: 'scatterAdd' };

/** Name of a primitive operation. */
export type OperationKind = Operation['kind'];
