import { foldedFrames } from '#chain-folding/folded-frames';
import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { NUM_TORSION_BINS, SECONDARY_STRUCTURE_STATES } from '#layers/heads/local-structure';
import type { HostTensor } from '#tensor/tensor';

type Tensors = Readonly<Record<string, HostTensor>>;

/**
 * The chains that a batch of predictions folds into, as inputs of `startFrames`.
 *
 * @param examples `aatype` and `mask` `[B, N]`
 * @param predicted `distogram` `[B, N, N, 64]`, `reference` `[4160]`, `torsions` `[B, N, 2, 2]`, `torsionLogits` `[B, N, 324]` and
 *   `secondaryStructureLogits` `[B, N, 8]`
 * @returns padding lies at the origin, unturned
 */
export function foldedStarts(
  { aatype, mask }: Tensors,
  predicted: Tensors,
): Record<'startQuaternion' | 'startTranslation', HostTensor> {
  const [numRows, size] = aatype!.shape as [number, number];
  const quaternions = Float32Array.from({ length: numRows * size * 4 }, (_, k) =>
    Number(k % 4 === 0),
  );
  const translations = new Float32Array(numRows * size * 3);
  for (let row = 0; row < numRows; row++) {
    const count = mask!.data.subarray(row * size, (row + 1) * size).indexOf(0);
    const numResidues = count < 0 ? size : count;
    const ofRow = ({ data }: HostTensor, each: number) =>
      data.subarray(row * size * each, (row * size + numResidues) * each);
    const ofChain = {
      distogram: cornerOf(predicted['distogram']!, row, numResidues),
      reference: predicted['reference']!.data,
      torsionLogits: ofRow(predicted['torsionLogits']!, NUM_TORSION_BINS ** 2),
      torsions: ofRow(predicted['torsions']!, 4),
      secondaryStructureLogits: ofRow(
        predicted['secondaryStructureLogits']!,
        SECONDARY_STRUCTURE_STATES.length,
      ),
    };
    const { quaternion, translation } = foldedFrames(ofChain, ofRow(aatype!, 1));
    quaternions.set(quaternion, row * size * 4);
    translations.set(translation, row * size * 3);
  }
  return {
    startQuaternion: { shape: [numRows, size, 4], data: quaternions },
    startTranslation: { shape: [numRows, size, 3], data: translations },
  };
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
