import { NUM_ALIGNMENT_LETTERS } from '#architectures/alphafold2/features/network-input';
import type { Parameters } from '#layers/parameters';
import { add, expandAxis, gather, multiply, slice, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Rows of the alignment that are no clusters. */
interface ExtraRows {
  /** int32 `[B, E, N]` letters 0-22 */
  readonly letters: Tensor;
  /** `[B, E, N]` */
  readonly hasDeletion: Tensor;
  /** `[B, E, N]` */
  readonly deletionValue: Tensor;
}

/**
 * A linear layer over 25 channels, of which 23 are the one-hot letter: a row of its weights instead of a product.
 *
 * @param parameters scope `extra_msa_embedder.linear`
 * @returns `[B, E, N, cE]`
 * @source AlphaFold2 SI Algorithm 2 "Inference", line 14
 */
export function embedExtraRows(
  parameters: Parameters,
  { letters, hasDeletion, deletionValue }: ExtraRows,
  channels: number,
): Tensor {
  assertShape(letters, ['B', 'E', 'N'], 'letters');
  const weight = parameters.get('weight', [channels, NUM_ALIGNMENT_LETTERS + 2], 'lecun');
  const bias = parameters.get('bias', [channels], 'zeros');
  const rows = transpose(weight, [1, 0]); // [25, cE]
  const table = add(slice(rows, 0, 0, NUM_ALIGNMENT_LETTERS), bias);
  const times = (value: Tensor, row: number) =>
    multiply(expandAxis(value, -1), slice(rows, 0, row, row + 1));
  return [
    times(hasDeletion, NUM_ALIGNMENT_LETTERS),
    times(deletionValue, NUM_ALIGNMENT_LETTERS + 1),
  ].reduce((sum, term) => add(sum, term), gather(table, letters));
}
