import type { AttentionSizes } from '#architectures/family';
import { thumbnailSize, type PackedAttention } from '#predict/packed-attention';

/** Of a large model not all maps are kept, but those of the block that was asked for. */
const MOST_BYTES = 64e6;
/** Of float16. */
const BYTES = 2;

/** One head. */
export interface AttentionSelect {
  readonly network: AttentionSizes['network'];
  readonly block: number;
  readonly head: number;
}

/** What can be asked for: a head, or thumbnails of all. */
export type WantedAttention = AttentionSelect | 'overview';

/** Name under which it is kept. */
export function attentionName(wanted: WantedAttention): string {
  if (wanted === 'overview') return wanted;
  return `${wanted.network}.${wanted.block}.${wanted.head}`;
}

/** How many bytes are kept of it; fewer are what a crash left. */
export function attentionBytes(
  wanted: WantedAttention,
  sizes: readonly AttentionSizes[],
  numResidues: number,
): number {
  if (wanted !== 'overview') return BYTES * numResidues ** 2;
  return numHeadsOf(sizes) * thumbnailSize(numResidues) ** 2;
}

function numHeadsOf(sizes: readonly AttentionSizes[]): number {
  return sizes.reduce((sum, { numBlocks, numHeads }) => sum + numBlocks * numHeads, 0);
}

/** Takes the blocks of one run, and makes of them what is kept: thumbnails of all heads, and maps in float16. */
export class AttentionMaps {
  readonly #wanted: WantedAttention;
  readonly #numResidues: number;
  readonly #keepsAll: boolean;
  readonly #thumbnails: Uint8Array[] = [];
  readonly #maps = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(wanted: WantedAttention, sizes: readonly AttentionSizes[], numResidues: number) {
    this.#wanted = wanted;
    this.#numResidues = numResidues;
    this.#keepsAll = BYTES * numHeadsOf(sizes) * numResidues ** 2 <= MOST_BYTES;
  }

  add({ network, block, maps, thumbnails }: PackedAttention): void {
    this.#thumbnails.push(thumbnails);
    const wanted = this.#wanted;
    const isWanted = wanted !== 'overview' && wanted.network === network && wanted.block === block;
    if (!this.#keepsAll && !isWanted) return;
    const size = BYTES * this.#numResidues ** 2;
    for (let head = 0; head * size < maps.byteLength; head++) {
      const map = new Uint8Array(maps.buffer, maps.byteOffset + head * size, size);
      this.#maps.set(attentionName({ network, block, head }), map);
    }
  }

  /** By their names, the overview last. */
  all(): Map<string, Uint8Array<ArrayBuffer>> {
    const overview = new Uint8Array(Buffer.concat(this.#thumbnails));
    return new Map([...this.#maps, [attentionName('overview'), overview]]);
  }
}
