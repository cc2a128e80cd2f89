import { foldedTorsions } from '#model/chain-folding/folded-torsions';
import { NUM_DISTOGRAM_BINS } from '#model/heads/distogram';
import { NUM_TORSION_BINS } from '#model/heads/local-structure';
import type { HostTensor } from '#tensor/tensor';

type Tensors = Readonly<Record<string, HostTensor>>;

/**
 * The chains that a batch of predicted distances and torsions fold into, as predictions fold them.
 *
 * @param examples `aatype` and `mask` `[B, N]`
 * @param predicted `distogram` `[B, N, N, 64]`, `reference` `[4160]`, `torsions` `[B, N, 2, 2]` and `torsionLogits` `[B, N, 324]`
 * @returns `[B, N, 2, 2]` (sin, cos) of phi and psi; of padding, as predicted
 */
export function foldedStarts(
  { aatype, mask }: Tensors,
  { distogram, reference, torsions, torsionLogits }: Tensors,
): HostTensor {
  const [numRows, size] = aatype!.shape as [number, number];
  const starts = torsions!.data.slice() as Float32Array;
  for (let row = 0; row < numRows; row++) {
    const count = mask!.data.subarray(row * size, (row + 1) * size).indexOf(0);
    const numResidues = count < 0 ? size : count;
    const ofRow = ({ data }: HostTensor, each: number) =>
      data.subarray(row * size * each, (row * size + numResidues) * each);
    const predicted = {
      distogram: cornerOf(distogram!, row, numResidues),
      reference: reference!.data,
      torsionLogits: ofRow(torsionLogits!, NUM_TORSION_BINS ** 2),
      torsions: ofRow(torsions!, 4),
    };
    starts.set(foldedTorsions(predicted, ofRow(aatype!, 1)), row * size * 4);
  }
  return { shape: torsions!.shape, data: starts };
}

/** `[count, count, 64]` of one row of `[B, N, N, 64]`: without padding. */
function cornerOf({ shape, data }: HostTensor, row: number, count: number): Float32Array {
  const size = shape[1]!;
  const corner = new Float32Array(count * count * NUM_DISTOGRAM_BINS);
  for (let i = 0; i < count; i++) {
    const start = (row * size + i) * size * NUM_DISTOGRAM_BINS;
    const line = data.subarray(start, start + count * NUM_DISTOGRAM_BINS);
    corner.set(line, i * count * NUM_DISTOGRAM_BINS);
  }
  return corner;
}
