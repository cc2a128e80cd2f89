import type { AttentionControl, BlockAttention } from '#architectures/family';
import { float16ToFloat32, float32ToFloat16 } from '#weights/half-precision';

/** Most rows of a thumbnail. */
const MOST_ROWS = 48;

/** Attention of all heads of one block, as it is sent between processes and kept. */
export interface PackedAttention extends Pick<BlockAttention, 'network' | 'block'> {
  /** `[H, N, N]` float16, see {@link BlockAttention}. */
  readonly maps: Uint16Array<ArrayBuffer>;
  /** `[H, S, S]` 0-255, see {@link thumbnailSize}. */
  readonly thumbnails: Uint8Array<ArrayBuffer>;
}

/** How it is received, and stopped. */
export interface PackedAttentionControl extends Pick<AttentionControl, 'signal'> {
  /** Called with each block in its turn. */
  readonly onBlock: (attention: PackedAttention) => void;
}

/** S, rows and columns of the thumbnails of N residues. */
export function thumbnailSize(numResidues: number): number {
  return Math.min(numResidues, MOST_ROWS);
}

/** @param numResidues N */
export function packAttention(
  { network, block, weights }: BlockAttention,
  numResidues: number,
): PackedAttention {
  const maps = new Uint16Array(weights.length);
  float32ToFloat16(weights, maps);
  return { network, block, maps, thumbnails: thumbnailsOf(weights, numResidues) };
}

/** One head of {@link PackedAttention.maps}. @returns `[N, N]` */
export function unpackAttention(map: Uint16Array): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(map.length);
  float16ToFloat32(map, weights);
  return weights;
}

/**
 * Heads as small grey pictures. A cell shows the strongest of the weights that fall into it, as thin lines would vanish in
 * their mean, and the square root of its share of the strongest of all.
 *
 * @param weights `[H, N, N]`
 * @returns `[H, S, S]` 0-255
 */
function thumbnailsOf(weights: Float32Array, numResidues: number): Uint8Array<ArrayBuffer> {
  const size = thumbnailSize(numResidues);
  const cellOf = Int32Array.from({ length: numResidues }, (_, i) =>
    Math.floor((i * size) / numResidues),
  );
  const strongest = new Float32Array((weights.length / numResidues ** 2) * size ** 2);
  let at = 0;
  for (let head = 0; at < weights.length; head++)
    for (let i = 0; i < numResidues; i++) {
      const row = (head * size + cellOf[i]!) * size;
      for (let j = 0; j < numResidues; j++, at++) {
        const cell = row + cellOf[j]!;
        if (weights[at]! > strongest[cell]!) strongest[cell] = weights[at]!;
      }
    }
  const thumbnails = new Uint8Array(strongest.length);
  for (let start = 0; start < strongest.length; start += size ** 2) {
    const ofHead = strongest.subarray(start, start + size ** 2);
    const top = ofHead.reduce((most, weight) => Math.max(most, weight), Number.MIN_VALUE);
    thumbnails.set(Uint8Array.from(ofHead, (weight) => Math.round(255 * Math.sqrt(weight / top))), start); // prettier-ignore
  }
  return thumbnails;
}
