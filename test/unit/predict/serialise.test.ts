import { describe, expect, it } from 'vitest';
import { deserialisePrediction, serialisePrediction } from '#predict/files/serialise';
import { fakePrediction } from '../../helpers/fake-predictor.js';

const prediction = fakePrediction({
  name: 'dimer',
  chains: [
    { id: 'A', sequence: 'MKTAYIAKQRQ', codons: [{ codon: 'ATG', positions: [1, 2, 3] }] },
    { id: 'B', sequence: 'GWX' },
  ],
});

describe('serialisePrediction', () => {
  it('is undone by deserialisePrediction, arrays and their types included', async () => {
    const read = await deserialisePrediction(await serialisePrediction(prediction));
    expect(read).toEqual(prediction);
    expect(read.pae).toBeInstanceOf(Float32Array);
  });

  it('keeps what the alignment had to say', async () => {
    const band = { identity: 0.5, covered: Array<number>(14).fill(40) };
    const alignment = {
      request: '0'.repeat(32),
      numRows: 9,
      effectiveNumber: 3.5,
      depth: Array<number>(14).fill(9),
      bands: [band],
    };
    const aligned = { ...prediction, alignment };
    expect(await deserialisePrediction(await serialisePrediction(aligned))).toEqual(aligned);
  });

  it('gives the same bytes for the same prediction', async () => {
    expect(await serialisePrediction(prediction)).toEqual(await serialisePrediction(prediction));
  });

  it('reads bytes that begin at an odd offset', async () => {
    const bytes = await serialisePrediction(prediction);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    expect(await deserialisePrediction(shifted)).toEqual(prediction);
  });

  it('refuses bytes with any one bit changed', async () => {
    const bytes = await serialisePrediction(prediction);
    for (let at = 0; at < bytes.length; at += 61) {
      const torn = bytes.slice();
      torn[at]! ^= 1 << (at % 8);
      await expect(deserialisePrediction(torn), `byte ${at}`).rejects.toMatchObject({
        code: 'PREDICTION_DAMAGED',
      });
    }
  });

  it('refuses bytes that are cut off anywhere', async () => {
    const bytes = await serialisePrediction(prediction);
    for (const length of [0, 7, 8, 47, 48, 100, bytes.length - 1])
      await expect(deserialisePrediction(bytes.slice(0, length))).rejects.toMatchObject({
        code: 'PREDICTION_DAMAGED',
      });
  });

  it('names the version where it is another one', async () => {
    const bytes = await serialisePrediction(prediction);
    new DataView(bytes.buffer).setUint32(8, 9, true);
    await expect(deserialisePrediction(bytes)).rejects.toThrow('version 9');
  });
});
