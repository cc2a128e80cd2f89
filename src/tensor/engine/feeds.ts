import { FoldError } from '#errors';
import type { Graph } from '#tensor/graph';
import { scalesOf, typeOf, type Feed, type NarrowInputs, type NarrowType } from '#tensor/narrow';
import { formatShape, sameShape, sizeOf, type Shape } from '#tensor/shape';
import type { DType, Tensor } from '#tensor/tensor';
import type { KeptTensor } from './engine.js';

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

/** A tensor that a graph is fed. */
export interface FeedSpec extends Omit<TensorSpec, 'dtype'> {
  readonly dtype: DType | NarrowType;
}

/** What must be fed. */
export function inputsOf({ inputs }: Graph): TensorSpec[] {
  return [...inputs].map(specOf);
}

/**
 * What must be fed when some inputs are narrow.
 *
 * @param factors names of those that int8 products read transposed
 */
export function narrowInputsOf(
  graph: Graph,
  narrow: NarrowInputs,
  factors: ReadonlySet<string>,
): FeedSpec[] {
  return inputsOf(graph).flatMap((spec): FeedSpec[] => {
    const type = narrow.get(spec.name);
    if (type === undefined) return [spec];
    if (type === 'float16') return [{ ...spec, dtype: type }];
    const shape = factors.has(spec.name) ? spec.shape.toReversed() : spec.shape;
    const scales = { name: scalesOf(spec.name), shape: spec.shape.slice(0, 1), dtype: spec.dtype };
    return [{ name: spec.name, shape, dtype: type }, scales];
  });
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
export function checkedFeeds<Fed extends Feed | KeptTensor>(
  inputs: readonly FeedSpec[],
  feeds: Readonly<Record<string, Fed>>,
): [string, Fed][] {
  return inputs.map(({ name, shape, dtype }) => {
    const feed = feeds[name];
    if (!feed) throw new FoldError('TENSOR_SHAPE', `input "${name}" was not fed`);
    const type = isKept(feed) ? feed.dtype : typeOf(feed);
    if (!sameShape(feed.shape, shape) || type !== dtype) {
      throw new FoldError(
        'TENSOR_SHAPE',
        `input "${name}" must be ${dtype} ${formatShape(shape)}, got ${type} ${formatShape(feed.shape)}`,
      );
    }
    if (!isKept(feed) && feed.data.length !== sizeOf(shape)) {
      throw new FoldError(
        'TENSOR_SHAPE',
        `input "${name}" has ${feed.data.length} numbers, ${formatShape(shape)} needs ${sizeOf(shape)}`,
      );
    }
    return [name, feed];
  });
}

/** Whether a feed is one that the engine keeps. */
export function isKept(feed: Feed | KeptTensor): feed is KeptTensor {
  return !('data' in feed);
}
