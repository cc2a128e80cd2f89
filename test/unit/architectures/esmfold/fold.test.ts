/** @file What a fold adds to the numbers of test/parity: padding, what is told, and what is asked for only in the end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featurise, padFeatures } from '#architectures/esmfold/features';
import { fold, type FoldOutput } from '#architectures/esmfold/fold';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { HostTensor } from '#tensor/tensor';
import { TINY_CONFIG, TINY_WEIGHTS, tinyRunner } from '../../../helpers/esmfold-tiny.js';

const ROUNDING = { atol: 1e-4, rtol: 1e-5 };

/** The tiny model, which pads each sequence to ten residues. */
class PaddingRunner extends StageRunner {
  override paddedLength(): number {
    return 10;
  }
}

/** The first `count` of P entries along the given number of axes. */
function first({ shape, data }: HostTensor, numAxes: number, count: number): number[] {
  const length = shape[1]!;
  const size = data.length / length ** numAxes;
  return Array.from(data).filter((_, i) => {
    const place = Math.floor(i / size);
    return place % length < count && place < count * length ** (numAxes - 1);
  });
}

describe('a fold whose length is padded', () => {
  const features = featurise(['MKTXVRQ']);
  const [engine, passes, blocks] = [nodeEngine(1), [] as number[], [] as number[][]];
  const [padding, plain] = [new PaddingRunner(engine, TINY_WEIGHTS, TINY_CONFIG), tinyRunner(engine)]; // prettier-ignore
  let [padded, alone] = [] as unknown as [FoldOutput, FoldOutput];
  beforeAll(async () => {
    padded = await fold(padding, features, { numRecycles: 1 });
    alone = await fold(plain, features, {
      numRecycles: 1,
      onPass: (pass) => passes.push(pass),
      onBlock: (...at) => blocks.push(at),
    });
  });
  afterAll(async () => {
    await padding.close();
    await plain.close();
  });

  it('says of its residues what it says without', () => {
    for (const [numAxes, got, want] of [
      [1, padded.single, alone.single],
      [1, padded.startSingle, alone.startSingle],
      [1, padded.structure.atom14, alone.structure.atom14],
      [1, padded.structure.plddt, alone.structure.plddt],
      [2, padded.pair, alone.pair],
      [2, padded.pairHeads.pae, alone.pairHeads.pae],
      [2, padded.pairHeads.contacts, alone.pairHeads.contacts],
      [2, padded.pairHeads.tmTerms, alone.pairHeads.tmTerms],
    ] as const) {
      expect(got.shape[1]).toBe(10);
      expect(first(got, numAxes, 7)).toBeCloseToTensor(Array.from(want.data), ROUNDING);
    }
  });

  it('tells each pass, and each block of it', () => {
    expect(passes).toEqual([0, 1]);
    const { numBlocks } = TINY_CONFIG.trunk;
    expect(blocks).toEqual(
      [0, 1].flatMap((pass) => Array.from({ length: numBlocks }, (_, block) => [pass, block])),
    );
  });

  it('is of residues of unknown type behind its own', () => {
    expect(padFeatures(features, 7)).toBe(features);
    expect(padFeatures(featurise(['AR']), 4)).toEqual({
      aatype: Int32Array.of(0, 1, 20, 20),
      residueIndex: Int32Array.of(0, 1, -1, -1),
      residues: Int32Array.of(0, 1),
    });
  });
});
