import { thumbnailSize, unpackAttention, type PackedAttention } from '#predict/packed-attention';
import { countResidues } from '#sequence/chain';
import type { AttentionOverview } from '../server/api.js';
import type { AttentionSource } from '../data/result.js';
import { attentionHere } from './local-model.js';
import type { LocalRequest } from './messages.js';

/** Attention of a prediction made in this browser: one run when it is first looked at, kept as long as the page is open. */
export function localAttention(request: LocalRequest): AttentionSource {
  const numResidues = countResidues(request.chains);
  let run: Promise<readonly PackedAttention[]> | undefined;
  const blocks = async (signal: AbortSignal): Promise<readonly PackedAttention[]> => {
    run ??= attentionHere(request, signal);
    try {
      return await run;
    } catch (error) {
      run = undefined;
      throw error;
    }
  };
  return {
    overview: async (signal) => overviewOf(await blocks(signal), numResidues),
    fetch: async ({ network, block, head }, signal) => {
      const found = (await blocks(signal)).find(
        (each) => each.network === network && each.block === block,
      );
      const size = numResidues ** 2;
      return unpackAttention(found!.maps.subarray(head * size, (head + 1) * size));
    },
  };
}

function overviewOf(blocks: readonly PackedAttention[], numResidues: number): AttentionOverview {
  const size = thumbnailSize(numResidues);
  const heads = blocks.flatMap(({ network, block, thumbnails }) =>
    Array.from({ length: thumbnails.length / size ** 2 }, (_, head) => {
      const thumbnail = thumbnails.subarray(head * size ** 2, (head + 1) * size ** 2);
      return { network, block, head, thumbnail };
    }),
  );
  return { size, heads };
}
