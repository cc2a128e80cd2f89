import { FoldError } from '#errors';
import type { Graph } from '#tensor/graph';
import { formatShape, sameShape, sizeOf } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';

/**
 * The tensors that a graph asks for, checked.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when one is missing or of another shape or type
 */
export function checkedFeeds(
  graph: Graph,
  feeds: Readonly<Record<string, HostTensor>>,
): [string, HostTensor][] {
  return [...graph.inputs].map(([name, { shape, dtype }]) => {
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
