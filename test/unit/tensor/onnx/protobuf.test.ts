import { describe, expect, it } from 'vitest';
import { encode, float, integer, message, text } from '#tensor/onnx/protobuf';
import { integers, messages, readFields, texts } from '../../../helpers/protobuf-reader.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('protobuf fields', () => {
  it.each([
    [1, 0, '0800'],
    [1, 1, '0801'],
    [1, 127, '087f'],
    [1, 128, '088001'],
    [1, 150, '089601'], // the example of the format's documentation
    [1, 300, '08ac02'],
    [15, 1, '7801'],
    [16, 1, '800101'],
    [1, -1, '08ffffffffffffffffff01'],
    [1, -(2 ** 31), '0880808080f8ffffffff01'],
  ])('writes field %i with %i as %s', (field, value, expected) => {
    const bytes = encode(integer(field, value));
    expect(hex(bytes)).toBe(expected);
    expect(integers(readFields(bytes), field)).toEqual([value]);
  });

  it.each([2 ** 31, 2 ** 32, 2 ** 35 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    'keeps %i exactly',
    (value) => {
      expect(integers(readFields(encode(integer(3, value))), 3)).toEqual([value]);
    },
  );

  it('writes texts with their length in bytes, not letters', () => {
    expect(hex(encode(text(2, 'testing')))).toBe('120774657374696e67');
    expect(texts(readFields(encode(text(2, 'Å→β'))), 2)).toEqual(['Å→β']);
    expect(texts(readFields(encode(text(2, ''))), 2)).toEqual(['']);
  });

  it('writes float32 in little-endian order', () => {
    expect(hex(encode(float(1, 1.5)))).toBe('0d0000c03f');
    expect(readFields(encode(float(4, -0.1)))[0]!.value).toBe(Math.fround(-0.1));
  });

  it('nests messages, whose length may itself need two bytes', () => {
    const inner = [integer(1, 7), text(2, 'x'.repeat(200))];
    const [bytes] = messages(readFields(encode([message(3, inner), integer(4, 1)])), 3);
    expect(integers(readFields(bytes!), 1)).toEqual([7]);
    expect(texts(readFields(bytes!), 2)).toEqual(['x'.repeat(200)]);
  });
});
