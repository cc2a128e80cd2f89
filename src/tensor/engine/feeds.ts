import { FoldError } from '#errors';
import type { Graph } from '#tensor/graph';
import { formatShape, sameShape, sizeOf, type Shape } from '#tensor/shape';
import type { DType, HostTensor, Tensor } from '#tensor/tensor';

/** A tensor that enters or leaves a graph. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

const specOf = ([name, { shape, dtype }]: readonly [string, Tensor]): TensorSpec => ({
  name,
  shape,
  dtype,
});

/** What must be fed. */
export function inputsOf({ inputs }: Graph): TensorSpec[] {
  return [...inputs].map(specOf);
}

/** What comes out. */
export function outputsOf({ outputs }: Graph): TensorSpec[] {
  return Object.entries(outputs).map(specOf);
}

/**
 * The tensors that a graph asks for, checked.
 *
 * @param inputs of the graph
 * @throws {@link FoldError} `TENSOR_SHAPE` when one is missing or of another shape or type
 */
export function checkedFeeds(
  inputs: readonly TensorSpec[],
  feeds: Readonly<Record<string, HostTensor>>,
): [string, HostTensor][] {
  return inputs.map(({ name, shape, dtype }) => {
    const feed = feeds[name];
    if (!feed) throw new FoldError('TENSOR_SHAPE', `input "${name}" was not fed`);
    const isIndex = feed.data instanceof Int32Array;
    if (!sameShape(feed.shape, shape) || isIndex !== (dtype === 'int32')) {
      throw new FoldError(
        'TENSOR_SHAPE',
        `input "${name}" must be ${dtype} ${formatShape(shape)}, got ${isIndex ? 'int32' : 'float32'} ${formatShape(feed.shape)}`,
      );
    }
    if (feed.data.length !== sizeOf(shape)) {
      throw new FoldError(
        'TENSOR_SHAPE',
        `input "${name}" has ${feed.data.length} numbers, ${formatShape(shape)} needs ${sizeOf(shape)}`,
      );
    }
    return [name, feed];
  });
}
