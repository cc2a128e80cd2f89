/** @file Into how many pieces layers are cut: as many rows at once as 4 bytes for each number in memory allow. */
import { describe, expect, it } from 'vitest';
import { evoformerBlock } from '#architectures/alphafold2/evoformer/block';
import { globalColumnAttention } from '#architectures/alphafold2/evoformer/global-column-attention';
import {
  msaColumnAttention,
  msaRowAttention,
} from '#architectures/alphafold2/evoformer/msa-attention';
import { outerProductMean } from '#architectures/alphafold2/evoformer/outer-product-mean';
import { EVOFORMER_ORDER, pairBlock, TEMPLATE_ORDER } from '#architectures/alphafold2/pair-block';
import { templatePointwiseAttention } from '#architectures/alphafold2/templates/pointwise-attention';
import { Parameters } from '#layers/parameters';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Rows, residues, channels of the alignment and of pairs, heads, channels of a head, templates. */
const [S, N, C_M, C_Z, H, D, T] = [5, 7, 11, 6, 2, 3, 4];
const SIZES = { numHeads: H, headChannels: D };
const msa = input('msa', [1, S, N, C_M]);
const mask = input('mask', [1, S, N]);
const pair = input('pair', [1, N, N, C_Z]);

/** Operations of a kind in the graph of a layer. */
const count = (tensor: Tensor, kind: string) =>
  graphOf({ tensor }).nodes.filter(({ operation }) => operation.kind === kind).length;

/**
 * Expects two rows at once where there is just room for them, and one where there is not.
 *
 * @param numbers in memory for each row
 * @param numRows that are cut
 * @param layer with that many bytes, and the operation of which each piece has one
 */
function expectPieces(
  numbers: number,
  numRows: number,
  [layer, kind]: readonly [(chunkBytes?: number) => Tensor, string],
): void {
  const pieces = (chunkBytes?: number) => count(layer(chunkBytes), kind);
  expect(pieces()).toBe(1);
  expect(pieces(4 * numbers * 2)).toBe(Math.ceil(numRows / 2));
  expect(pieces(4 * numbers * 2 - 1)).toBe(numRows);
  expect(pieces(4 * numbers * numRows)).toBe(1);
}

describe('pieces of a layer', () => {
  it('of attention along rows hold logits twice and six projections', () => {
    expectPieces(H * (2 * N ** 2 + 6 * N * D), S, [
      (chunkBytes) => msaRowAttention(new Parameters(), msa, mask, pair, { ...SIZES, chunkBytes }),
      'softmax',
    ]);
  });

  it('of attention along columns hold the same of columns', () => {
    expectPieces(H * (2 * S ** 2 + 6 * S * D), N, [
      (chunkBytes) => msaColumnAttention(new Parameters(), msa, mask, { ...SIZES, chunkBytes }),
      'softmax',
    ]);
  });

  it('of global attention hold three rows of channels and three of heads', () => {
    expectPieces(S * (3 * C_M + 3 * H * D), N, [
      (chunkBytes) => globalColumnAttention(new Parameters(), msa, mask, { ...SIZES, chunkBytes }),
      'softmax',
    ]);
  });

  it('of the outer product hold the product twice', () => {
    const sizes = { hiddenChannels: 3, pairChannels: C_Z };
    expectPieces(2 * N * 3 ** 2, N, [
      (chunkBytes) => outerProductMean(new Parameters(), msa, mask, { ...sizes, chunkBytes }),
      'divide',
    ]);
  });

  it('of attention to templates hold five projections', () => {
    const templates = input('templates', [T, N, N, 4]);
    expectPieces(5 * T * N * H * D, N, [
      (chunkBytes) =>
        templatePointwiseAttention(new Parameters(), pair, templates, { ...SIZES, chunkBytes }),
      'softmax',
    ]);
  });

  const config = { multiplicationChannels: 5, attention: SIZES, transitionFactor: 3 };
  const blockOf = (chunkBytes?: number, order: typeof EVOFORMER_ORDER | typeof TEMPLATE_ORDER = EVOFORMER_ORDER) => pairBlock(new Parameters(), pair, config, { order, chunkBytes }); // prettier-ignore

  it.each([EVOFORMER_ORDER, TEMPLATE_ORDER])(
    'of a pair block are those of each update',
    (...order) => {
      const of = (kind: string, chunkBytes?: number) =>
        count(blockOf(chunkBytes, order as unknown as typeof EVOFORMER_ORDER), kind);
      /** Both attentions have a softmax for each piece; products have a gate for each, twice, and one for all. */
      const attention = (chunkBytes?: number) => of('softmax', chunkBytes) / 2;
      const products = (chunkBytes?: number) =>
        (of('sigmoid', chunkBytes) - of('softmax', chunkBytes) - 2) / 4;
      const transitions = (chunkBytes?: number) => of('relu', chunkBytes);
      for (const [pieces, numbers] of [
        [attention, H * (2 * N ** 2 + 6 * N * D)],
        [products, N * (4 * 5 + 2 * C_Z)],
        [transitions, 2 * 3 * N * C_Z],
      ] as const) {
        expect(pieces()).toBe(1);
        expect(pieces(4 * numbers * 2)).toBe(4);
        expect(pieces(4 * numbers * 2 - 1)).toBe(7);
      }
    },
  );

  it('of the transition of an alignment hold what is widened, twice', () => {
    const stack = {
      numBlocks: 1,
      msaChannels: C_M,
      msaAttention: SIZES,
      outerProductChannels: 3,
      transitionFactor: 2,
      pair: config,
    };
    const pieces = (columns: 'each-row' | 'global', chunkBytes?: number) => {
      const options = { columns, chunkBytes } as const;
      const block = evoformerBlock(new Parameters(), { msa, pair }, mask, stack, options);
      return count(block.msa, 'relu');
    };
    const numbers = 2 * 2 * N * C_M;
    for (const columns of ['each-row', 'global'] as const) {
      expect(pieces(columns)).toBe(1);
      expect(pieces(columns, 4 * numbers * 2)).toBe(3);
      expect(pieces(columns, 4 * numbers * 2 - 1)).toBe(5);
    }
  });
});
