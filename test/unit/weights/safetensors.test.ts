import { describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors, type SafetensorsSource } from '#weights/safetensors';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';

const TENSORS = new Map<string, TensorToWrite>([
  [
    'b.weight',
    { dtype: 'F16', shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 0, 65504, 2 ** -24) },
  ],
  ['a', { dtype: 'F32', shape: [3], values: Float32Array.of(Math.fround(0.1), -0, Infinity) }],
  ['c', { dtype: 'I8', shape: [5], values: Int8Array.of(-128, -1, 0, 1, 127) }],
  ['7', { dtype: 'BF16', shape: [1, 1], values: Float32Array.of(-1.5) }],
  ['empty', { dtype: 'F32', shape: [0, 4], values: new Float32Array() }],
  ['scalar', { dtype: 'I32', shape: [], values: Int32Array.of(-7) }],
]);

const open = (bytes: Uint8Array): SafetensorsSource =>
  readSafetensors(memoryBytes(bytes, 'x.safetensors'));

/** A file with this header and so many bytes of data. */
function file(header: object | string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function refusal(bytes: Uint8Array): string {
  try {
    open(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(FoldError);
    expect((error as FoldError).code).toBe('PARSE_SAFETENSORS');
    return (error as FoldError).message;
  }
  throw new Error('the file was accepted');
}

const entry = (dtype: string, shape: unknown, begin: number, end: number): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('what is written is read', () => {
  const written = writeSafetensors(TENSORS, new Map([['format', 'pt']]));
  const source = open(written);

  it('with every name, element type, shape and value', () => {
    expect([...source.names].sort()).toEqual([...TENSORS.keys()].sort());
    for (const [name, { dtype, shape, values }] of TENSORS) {
      expect(source.info(name)).toEqual({ dtype, shape });
      expect(source.read(name)).toEqual(Float32Array.from(values));
    }
    expect(source.metadata).toEqual(new Map([['format', 'pt']]));
  });

  it('into a larger buffer that is given, cut to length', () => {
    const buffer = new Float32Array(100).fill(9);
    const values = source.read('b.weight', buffer);
    expect([values.length, values.buffer, buffer[6]]).toEqual([6, buffer.buffer, 9]);
  });

  it('at any alignment of the file in memory', () => {
    const shifted = new Uint8Array(written.length + 1);
    shifted.set(written, 1);
    const moved = open(shifted.subarray(1));
    for (const name of source.names) expect(moved.read(name)).toEqual(source.read(name));
  });

  it('in the file’s own precision', () => {
    expect([...source.readRaw('7')]).toEqual([0xc0, 0xbf]);
    expect([...source.readRaw('c')]).toEqual([128, 255, 0, 1, 127]);
  });

  it('to the same bytes whatever the order of the tensors', () => {
    const reversed = new Map([...TENSORS].reverse());
    expect(writeSafetensors(reversed, new Map([['format', 'pt']]))).toEqual(written);
  });

  it('aligned to the size of their elements', () => {
    const json = new TextDecoder().decode(
      written.subarray(8, 8 + Number(new DataView(written.buffer).getBigUint64(0, true))),
    );
    expect((8 + json.length) % 8).toBe(0);
    expect(json.indexOf('"a"')).toBeLessThan(json.indexOf('"7"'));
    expect(json.indexOf('"7"')).toBeLessThan(json.indexOf('"c"'));
  });
});

describe('integers and doubles', () => {
  it('are read as float32', () => {
    const bytes = file(
      { d: entry('F64', [1], 0, 8), i: entry('I64', [2], 8, 24), u: entry('U8', [2], 24, 26) },
      26,
    );
    const view = new DataView(bytes.buffer, bytes.length - 26);
    view.setFloat64(0, 0.25, true);
    view.setBigInt64(8, -5n, true);
    view.setBigInt64(16, 1n << 40n, true);
    view.setUint8(25, 255);
    const source = open(bytes);
    expect([...source.read('d'), ...source.read('i'), ...source.read('u')]).toEqual([
      0.25,
      -5,
      2 ** 40,
      0,
      255,
    ]);
  });
});

describe('a missing tensor', () => {
  it('is named with the file', () => {
    const source = open(writeSafetensors(TENSORS));
    expect(() => source.info('nope')).toThrow('x.safetensors: has no tensor "nope"');
  });
});

describe('a file that is not as it says is refused', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['too short', new Uint8Array(7), /7 bytes are too few/],
    [
      'header longer than the file',
      file('{}', 0).subarray(0, 9),
      /header of 2 bytes in a file of 9/,
    ],
    ['header length of 2^64-1', new Uint8Array(64).fill(255), /at most 100000000/],
    ['not JSON', file('{"a":', 0), /not JSON/],
    ['not UTF-8', file('{}', 0).map((b, i) => (i === 9 ? 255 : b)), /not JSON/],
    ['a list', file('[]', 0), /not a JSON object/],
    ['an entry that is null', file({ a: null }, 0), /"a" is not described/],
    ['unknown element type', file({ a: entry('F8_E4M3', [1], 0, 1) }, 1), /"F8_E4M3"/],
    ['element type from the prototype', file({ a: entry('toString', [1], 0, 1) }, 1), /toString/],
    ['no element type', file({ a: { shape: [1], data_offsets: [0, 1] } }, 1), /none/],
    ['negative size', file({ a: entry('U8', [-1], 0, 1) }, 1), /no valid shape/],
    ['fractional size', file({ a: entry('U8', [0.5, 2], 0, 1) }, 1), /no valid shape/],
    ['product beyond integers', file({ a: entry('U8', [2 ** 52, 2 ** 52], 0, 1) }, 1), /needs/],
    ['offsets of another length', file({ a: entry('F32', [2], 0, 4) }, 4), /needs 8 bytes.*give 4/],
    ['offsets reversed', file({ a: entry('U8', [1], 1, 0) }, 1), /give -1/],
    ['one offset', file({ a: { dtype: 'U8', shape: [1], data_offsets: [0] } }, 1), /data_offsets/],
    ['overlap', file({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 1, 3) }, 3), /"b".*overlaps/],
    [
      'twice the same bytes',
      file({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 0, 2) }, 2),
      /overlaps/,
    ],
    ['gap', file({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 3, 5) }, 5), /"b".*gap/],
    ['gap at the start', file({ a: entry('U8', [2], 1, 3) }, 3), /gap/],
    ['cut', file({ a: entry('U8', [4], 0, 4) }, 3), /tensors end at byte \d+, the file at/],
    ['bytes at the end', file({ a: entry('U8', [4], 0, 4) }, 5), /tensors end at byte/],
    [
      'metadata that is no text',
      file({ __metadata__: { n: 1 } }, 0),
      /__metadata__\.n is not text/,
    ],
    ['metadata that is a list', file({ __metadata__: [] }, 0), /__metadata__ is not an object/],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });
});
