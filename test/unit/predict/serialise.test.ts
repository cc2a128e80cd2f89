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

  it('is laid out as documented: lengths, header, then each array at a multiple of eight', async () => {
    const bytes = await serialisePrediction(prediction);
    const view = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe('codonfld');
    expect(view.getUint32(8, true)).toBe(1);
    const headerBytes = view.getUint32(12, true);
    expect(headerBytes % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(48, 48 + headerBytes))) as object; // prettier-ignore
    expect(header).toMatchObject({ name: 'dimer', numResidues: 14, embeddingSize: 20 });
    const eight = (length: number) => 8 * Math.ceil(length / 8);
    const names = ['aatype', 'chainIndex', 'residueNumber', 'atom14', 'atom14Mask', 'plddt', 'pae', 'contacts', 'embedding'] as const; // prettier-ignore
    let at = 48 + headerBytes;
    for (const name of names) {
      const { buffer, byteOffset, byteLength } = prediction[name];
      expect(bytes.slice(at, at + byteLength), name).toEqual(new Uint8Array(buffer, byteOffset, byteLength)); // prettier-ignore
      at += eight(byteLength);
    }
    expect(at).toBe(bytes.length);
    const digest = await crypto.subtle.digest('SHA-256', bytes.subarray(48));
    expect(bytes.slice(16, 48)).toEqual(new Uint8Array(digest));
  });

  it('keeps all that some predictions alone have', async () => {
    const extras = {
      recycling: { mostRecycles: 9, tolerance: 0.5 },
      complex: { iptm: 0.5, pairs: [] },
      templates: { request: '1'.repeat(32), chains: [] },
    };
    const whole = { ...prediction, ...extras };
    expect(await deserialisePrediction(await serialisePrediction(whole))).toEqual(whole);
    const known = Object.entries(prediction).filter(([name]) => name !== 'engine');
    const older = Object.fromEntries(known) as unknown as typeof prediction;
    expect(await deserialisePrediction(await serialisePrediction(older))).toEqual(older);
  });

  it('refuses a header that asks for more than there is, though its checksum is right', async () => {
    const bytes = await serialisePrediction(prediction);
    const text = new TextDecoder('latin1').decode(bytes);
    bytes[text.indexOf('"embeddingSize":20') + 16] = '9'.charCodeAt(0);
    bytes.set(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.subarray(48))), 16);
    await expect(deserialisePrediction(bytes)).rejects.toThrow('embedding is cut off');
  });
});
