import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { readDeepmind } from '#weights/alphafold2/deepmind';
import { deepmindName } from '#weights/alphafold2/deepmind-names';
import { memoryBytes, type ByteSource } from '#weights/byte-source';
import { float16ToFloat32, float32ToFloat16 } from '#weights/half-precision';
import { dequantise, quantise } from '#weights/int8';
import { readNpy } from '#weights/numpy/npy';
import { readNpz } from '#weights/numpy/npz';
import { readOriginal } from '#weights/original/checkpoint';
import { readSafetensors } from '#weights/safetensors';
import { readSharded } from '#weights/sharded';
import type { TensorSource } from '#weights/tensor-source';
import { readTorchCheckpoint } from '#weights/torch/checkpoint';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../fixtures/weights/${name}`, import.meta.url)));

/** float32 values as weights may have them: the last factor of ten below infinity is left out. */
const float32 = fc.float({ noNaN: true, min: Math.fround(-3e37), max: Math.fround(3e37) });

const tensor: fc.Arbitrary<TensorToWrite> = fc
  .record({
    dtype: fc.constantFrom('F32', 'F16', 'BF16', 'I8', 'I32'),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
    seed: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 9 }),
  })
  .map(({ dtype, shape, seed }) => {
    // These integers are exact in every one of the types.
    const length = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length }, (_, i) => seed[i % seed.length]!);
    if (dtype === 'I8') return { dtype, shape, values: Int8Array.from(values) };
    if (dtype === 'I32') return { dtype, shape, values: Int32Array.from(values) };
    return { dtype, shape, values: Float32Array.from(values) };
  });

const tensors = fc
  .dictionary(
    fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
    tensor,
  )
  .map((record) => new Map(Object.entries(record)));

/** Bytes of a real file, some of them changed, cut or repeated. */
const damaged = (original: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      changes: fc.array(
        fc.tuple(fc.nat(original.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 0x7f))),
        { maxLength: 6 },
      ),
      cut: fc.option(fc.nat(original.length)),
      appended: fc.uint8Array({ maxLength: 5 }),
    })
    .map(({ changes, cut, appended }) => {
      const body = original.slice(0, cut ?? original.length);
      for (const [at, byte] of changes) if (at < body.length) body[at] = byte;
      return Uint8Array.from([...body, ...appended]);
    });

/** Memory that counts what is read from it, so that nobody asks for more than the file has. */
function watched(bytes: Uint8Array): ByteSource {
  const source = memoryBytes(bytes, 'fuzz');
  return {
    ...source,
    read(offset, length, into) {
      expect(length).toBeLessThanOrEqual(bytes.length);
      return source.read(offset, length, into);
    },
  };
}

/** Entries of a zip file may be deflated; more than this is refused. */
const MAX_EXPANSION = 32;

/** Reads everything; only our own errors may come out, and no tensor may be larger than `maxBytes`. */
function readsOrRefuses(open: () => TensorSource | undefined, maxBytes: number): void {
  try {
    const source = open();
    if (!source) return;
    for (const name of source.names) {
      const raw = source.readRaw(name);
      expect(raw.length).toBeLessThanOrEqual(maxBytes);
      source.read(name);
    }
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    expect(['PARSE_SAFETENSORS', 'PARSE_CHECKPOINT']).toContain(error.code);
    expect(error.message).toMatch(/^fuzz: /);
  }
}

const openTorch = (bytes: Uint8Array) => (): TensorSource | undefined => {
  const checkpoint = readTorchCheckpoint(watched(bytes));
  return checkpoint.root instanceof Map ? checkpoint.tensors(checkpoint.root) : undefined;
};

describe('safetensors', () => {
  it('reads what it wrote: names, types, shapes, values and notes', () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, notes) => {
        const metadata = new Map(Object.entries(notes));
        const read = readSafetensors(memoryBytes(writeSafetensors(written, metadata), 'x'));
        expect(new Set(read.names)).toEqual(new Set(written.keys()));
        expect(read.metadata).toEqual(metadata);
        for (const [name, { dtype, shape, values }] of written) {
          expect(read.info(name)).toEqual({ dtype, shape });
          expect(read.read(name)).toEqual(Float32Array.from(values));
        }
      }),
    );
  });

  it('gives tensors or a refusal for a damaged file', () => {
    fc.assert(
      fc.property(damaged(fixture('huggingface/model.safetensors').slice(0, 40_000)), (bytes) => {
        readsOrRefuses(() => readSafetensors(watched(bytes)), bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('gives tensors or a refusal for any header', () => {
    const header = fc.oneof(
      fc.json(),
      fc
        .dictionary(
          fc.string({ maxLength: 3 }),
          fc.record({
            dtype: fc.constantFrom('F32', 'U8', 'I64', 'X'),
            shape: fc.array(fc.oneof(fc.nat(4), fc.maxSafeNat(), fc.double()), { maxLength: 3 }),
            data_offsets: fc.array(fc.oneof(fc.nat(40), fc.maxSafeNat()), { maxLength: 3 }),
          }),
        )
        .map((entries) => JSON.stringify(entries)),
    );
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 40 }), (json, data) => {
        const text = new TextEncoder().encode(json);
        const bytes = new Uint8Array(8 + text.length + data.length);
        new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
        bytes.set(text, 8);
        bytes.set(data, 8 + text.length);
        readsOrRefuses(() => readSafetensors(watched(bytes)), bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('PyTorch checkpoints', () => {
  it.each([
    ['layouts.pt', 1],
    ['deflated.pt', MAX_EXPANSION],
    ['original/tiny-contact-regression.pt', 1],
  ])(
    'gives tensors or a refusal for a damaged %s, none larger than %d times the file',
    (name, expansion) => {
      fc.assert(
        fc.property(damaged(fixture(name)), (bytes) => {
          readsOrRefuses(openTorch(bytes), expansion * bytes.length);
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('gives a value or a refusal for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readsOrRefuses(openTorch(bytes), bytes.length);
      }),
    );
  });
});

describe('checkpoints of the original code', () => {
  it('gives a model or a refusal for a damaged tiny.pt', () => {
    fc.assert(
      fc.property(damaged(fixture('original/tiny.pt')), (bytes) => {
        const open = () => readOriginal(readTorchCheckpoint(watched(bytes)), 'fuzz')?.tensors;
        readsOrRefuses(open, bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('checkpoints in shards', () => {
  it('opens plain file names and nothing else, whatever the index says', () => {
    const place = fc.oneof(
      fc.string(),
      fc.constantFrom('../a', '/etc/passwd', 'a.bin', '.a'),
      fc.anything(),
    );
    const index = fc.oneof(
      fc.anything(),
      fc.record({ weight_map: fc.oneof(fc.anything(), fc.dictionary(fc.string(), place)) }),
    );
    const empty = readSafetensors(memoryBytes(writeSafetensors(new Map()), 'shard'));
    const openShard = (name: string) => {
      expect(name).toMatch(/^\w[\w.-]*$/);
      return empty;
    };
    fc.assert(
      fc.property(index, (anything) => {
        readsOrRefuses(() => readSharded(anything, 'fuzz', openShard), 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('number formats', () => {
  it('float16 keeps the order of any two float32 values', () => {
    fc.assert(
      fc.property(float32, float32, (a, b) => {
        const halves = new Uint16Array(2);
        float32ToFloat16(Float32Array.of(a, b), halves);
        const back = new Float32Array(2);
        float16ToFloat32(halves, back);
        expect(Math.sign(back[0]! - back[1]! || 0) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('int8 moves no value by more than half the scale of its row', () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 7 }))
      .chain(([rows, columns]) =>
        fc.tuple(
          fc.constant(rows),
          fc.array(float32, { minLength: rows * columns, maxLength: rows * columns }),
        ),
      );
    fc.assert(
      fc.property(matrix, ([rows, list]) => {
        const values = Float32Array.from(list);
        const quantised = quantise(values, rows);
        const back = new Float32Array(values.length);
        dequantise(quantised, back);
        const columns = values.length / rows;
        back.forEach((value, i) => {
          const scale = quantised.scales[Math.floor(i / columns)]!;
          // Half a scale, the rounding of float32 products, and what underflows.
          const bound = scale * 0.5 + Math.abs(values[i]!) * 2 ** -22 + 128 * 2 ** -149;
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(bound);
        });
      }),
      { numRuns: 500 },
    );
  });
});

/** A `.npy` file of version 1 as NumPy writes it. */
function npy(descr: string, shape: readonly number[], bytesPerElement: number): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const header = `${text.padEnd(117)}\n`;
  const size = shape.reduce((product, length) => product * length, bytesPerElement);
  const body = Uint8Array.from({ length: size }, (_, i) => i % 119);
  const magic = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0];
  return Uint8Array.from([...magic, ...new TextEncoder().encode(header), ...body]);
}

/** A small parameter file in DeepMind's layout: a stacked matrix with heads, a vector, and what is no parameter. */
const EVOFORMER = 'alphafold/alphafold_iteration/evoformer';
const npz = zipSync(
  {
    [`${EVOFORMER}/evoformer_iteration/msa_transition/transition1//weights.npy`]: npy(
      '<f4',
      [2, 5, 7],
      4,
    ),
    [`${EVOFORMER}/evoformer_iteration/msa_row_attention_with_pair_bias/attention//query_w.npy`]:
      npy('<f4', [2, 5, 3, 2], 4),
    [`${EVOFORMER}/prev_msa_first_row_norm//scale.npy`]: npy('<f4', [5], 4),
    '__meta__.npy': npy('|u1', [3], 1),
  },
  { level: 0 },
);

describe('NumPy files', () => {
  const refusals = (open: () => unknown) => {
    try {
      open();
    } catch (error) {
      if (!(error instanceof FoldError)) throw error;
      expect(error.code).toBe('PARSE_CHECKPOINT');
      expect(error.message).toMatch(/^fuzz/);
    }
  };

  it('give an array or a refusal for a damaged .npy', () => {
    fc.assert(
      fc.property(damaged(npy('<f4', [3, 5], 4)), (bytes) => {
        const contents = { bytes: watched(bytes), offset: 0, size: bytes.length };
        refusals(() => {
          const { offset, shape } = readNpy(contents, 'fuzz');
          expect(offset).toBeLessThanOrEqual(bytes.length);
          expect(shape.every((size) => size >= 0)).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('give arrays or a refusal for a damaged .npz, and so do the parameters in it', () => {
    expect(readNpz(watched(npz)).size).toBe(4);
    const whole = readDeepmind(watched(npz));
    expect([...whole.names]).toHaveLength(5);
    fc.assert(
      fc.property(damaged(npz), (bytes) => {
        refusals(() => readNpz(watched(bytes)));
        readsOrRefuses(() => readDeepmind(watched(bytes)), bytes.length * MAX_EXPANSION);
      }),
      { numRuns: 300 },
    );
  });

  it('take any name of a parameter: it has one of ours, or none', () => {
    const part = fc.constantFrom(
      'alphafold', 'alphafold_iteration', 'evoformer', 'evoformer_iteration', 'extra_msa_stack', 'attention',
      'structure_module', 'fold_iteration', 'triangle_multiplication_outgoing', '..', '', '__layer_stack_no_state',
    ); // prettier-ignore
    const path = fc.array(fc.oneof(part, fc.string({ maxLength: 6 })), { maxLength: 6 });
    fc.assert(
      fc.property(path, fc.constantFrom('weights', 'query_w', 'scale', ''), (parts, last) => {
        const name = deepmindName(`${parts.join('/')}//${last}`);
        if (name !== undefined) expect(name).toMatch(/^[a-z_0-9.{}<>*#]+$/i);
      }),
    );
  });
});
