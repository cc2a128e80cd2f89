import { foldedFrames } from '#chain-folding/folded-frames';
import type { Scaffold } from '#chain-folding/scaffold';
import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { NUM_TORSION_BINS, SECONDARY_STRUCTURE_STATES } from '#layers/heads/local-structure';
import type { HostTensor } from '#tensor/tensor';

/** What a batch of chains is folded by. */
export interface PredictedChains {
  /** `[B, N, N, 64]` logits */
  readonly distogram: HostTensor;
  /** `[4160]` */
  readonly reference: HostTensor;
  /** `[B, N, 2, 2]` */
  readonly likelyTorsions: HostTensor;
  /** `[B, N, 324]` */
  readonly torsionLogits: HostTensor;
  /** `[B, N, 8]` */
  readonly secondaryStructureLogits: HostTensor;
}

/**
 * Frames that the structure module starts from, as inputs of `startFrames`: those of the chains that suit what is predicted.
 *
 * @param residues `aatype` and `mask`, `[B, N]`; padding comes last
 * @param scaffold where residues of a single chain are known to lie
 * @returns padding lies at the origin, unturned
 */
export function foldedStarts(
  { aatype, mask }: Readonly<Record<'aatype' | 'mask', HostTensor>>,
  predicted: PredictedChains,
  scaffold?: Scaffold,
): Record<'startQuaternion' | 'startTranslation', HostTensor> {
  const [numRows, size] = aatype.shape as [number, number];
  const quaternions = Float32Array.from({ length: numRows * size * 4 }, (_, k) =>
    Number(k % 4 === 0),
  );
  const translations = new Float32Array(numRows * size * 3);
  for (let row = 0; row < numRows; row++) {
    const count = mask.data.subarray(row * size, (row + 1) * size).indexOf(0);
    const numResidues = count < 0 ? size : count;
    const ofRow = ({ data }: HostTensor, each: number) =>
      data.subarray(row * size * each, (row * size + numResidues) * each);
    const ofChain = {
      distogram: cornerOf(predicted.distogram, row, numResidues),
      reference: predicted.reference.data,
      torsionLogits: ofRow(predicted.torsionLogits, NUM_TORSION_BINS ** 2),
      torsions: ofRow(predicted.likelyTorsions, 4),
      secondaryStructureLogits: ofRow(
        predicted.secondaryStructureLogits,
        SECONDARY_STRUCTURE_STATES.length,
      ),
    };
    const { quaternion, translation } = foldedFrames(ofChain, ofRow(aatype, 1), scaffold);
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
  const ofRow = data.subarray(row * size ** 2 * NUM_DISTOGRAM_BINS) as Float32Array;
  if (count === size) return ofRow.subarray(0, size ** 2 * NUM_DISTOGRAM_BINS);
  const corner = new Float32Array(count * count * NUM_DISTOGRAM_BINS);
  for (let i = 0; i < count; i++) {
    const start = i * size * NUM_DISTOGRAM_BINS;
    const line = ofRow.subarray(start, start + count * NUM_DISTOGRAM_BINS);
    corner.set(line, i * count * NUM_DISTOGRAM_BINS);
  }
  return corner;
}
