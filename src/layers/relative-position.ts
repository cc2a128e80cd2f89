import { gather } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { Parameters } from './parameters.js';

/**
 * Bin of the sequence distance of each pair, for {@link relativePosition}.
 *
 * @param residueIndex `[N]` numbers that drive relative position; padding is -1
 * @param bins distances are clipped to ±bins
 * @returns int32 `[N, N]` with entry (i, j) = 1 + bins + clip(index[j] - index[i]); 0 where either is padding
 */
export function relativePositionBins(residueIndex: ArrayLike<number>, bins: number): Int32Array {
  const numResidues = residueIndex.length;
  const result = new Int32Array(numResidues * numResidues);
  for (let i = 0; i < numResidues; i++) {
    for (let j = 0; j < numResidues; j++) {
      const [from, to] = [residueIndex[i]!, residueIndex[j]!];
      if (from < 0 || to < 0) continue;
      result[i * numResidues + j] = 1 + bins + Math.max(-bins, Math.min(bins, to - from));
    }
  }
  return result;
}

/**
 * Learned embedding of the sequence distance of each pair.
 *
 * @param positionBins int32 `[B, N, N]`
 * @returns `[B, N, N, cZ]`
 * @source AlphaFold2 SI Algorithm 4 "relpos", with the bins of ESMFold
 */
export function relativePosition(
  parameters: Parameters,
  positionBins: Tensor,
  bins: number,
  pairChannels: number,
): Tensor {
  assertShape(positionBins, ['B', 'N', 'N'], 'positionBins');
  const table = parameters
    .within('embedding')
    .get('weight', [2 * bins + 2, pairChannels], 'embedding');
  return gather(table, positionBins);
}
