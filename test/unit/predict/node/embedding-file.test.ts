import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedding } from '#predict/embeddings';
import {
  EmbeddingFile,
  readEmbeddingFile,
  type Unfinished,
} from '#predict/node/embedding-file/embedding-file';
import type { EmbeddingLayout, EmbeddingPlan } from '#predict/node/embedding-file/layout';
import { SafetensorsEmbeddings } from '#predict/node/embedding-file/safetensors-layout';
import { jsonLayout, jsonLinesLayout } from '#predict/node/embedding-file/text-layout';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';
import { encodeSafetensorsHead } from '#weights/safetensors-layout';

/** Chains whose names are awkward for a format that is read by patterns. */
const CHAINS: readonly Embedding[] = [
  chainOf('one', 'MA', 0),
  chainOf('0', 'G', 10),
  chainOf('a "quoted", name', 'WVK', 20),
];

function chainOf(name: string, sequence: string, first: number): Embedding {
  const values = Array.from({ length: 3 * sequence.length }, (_, i) => first + i + 0.25);
  return {
    name,
    sequence,
    tensors: new Map([
      ['per-residue', { shape: [sequence.length, 3], data: Float32Array.from(values) }],
      ['mean', { shape: [3], data: Float32Array.of(first, 0.1, -2) }],
    ]),
  };
}

const planOf = (chains: readonly Embedding[], model = 'tiny'): EmbeddingPlan => ({
  source: { model, modelSha256: 'ab12', what: ['per-residue', 'mean'], precision: 'float32' },
  chains,
  channels: 3,
});

/** What a reader of a format finds for each chain: its rows and its mean. */
type Read = Record<string, { sequence: string; rows: number[][]; mean: number[] }>;

interface Record_ {
  name: string;
  sequence: string;
  'per-residue': number[][];
  mean: number[];
}

const fromRecords = (records: readonly Record_[]): Read =>
  Object.fromEntries(
    records.map((record) => [
      record.name,
      { sequence: record.sequence, rows: record['per-residue'], mean: record.mean },
    ]),
  );

function readTensors(path: string): Read {
  const file = readSafetensors(memoryBytes(readFileSync(path), path));
  const sequences = [...file.metadata].filter(([key]) => key.startsWith('sequence:'));
  return Object.fromEntries(
    sequences.map(([key, sequence]) => {
      const name = key.slice('sequence:'.length);
      const values = [...file.read(`${name}/per-residue`)];
      const rows = Array.from({ length: sequence.length }, (_, i) =>
        values.slice(3 * i, 3 * i + 3),
      );
      const mean = [...file.read(`${name}/mean`)].map((value) => Number(value.toPrecision(6)));
      return [name, { sequence, rows, mean }];
    }),
  );
}

const FORMATS: readonly (readonly [
  string,
  (plan: EmbeddingPlan) => EmbeddingLayout,
  (path: string) => Read,
])[] = [
  ['safetensors', (plan) => new SafetensorsEmbeddings(plan), readTensors],
  [
    'json',
    ({ source }) => jsonLayout(source),
    (path) => {
      const { chains } = JSON.parse(readFileSync(path, 'utf8')) as { chains: Record_[] };
      return fromRecords(chains);
    },
  ],
  [
    'jsonl',
    ({ source }) => jsonLinesLayout(source),
    (path) => {
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      return fromRecords(lines.map((line) => JSON.parse(line) as Record_));
    },
  ],
];

/** What every format must be read as. */
const expectedOf = (chains: readonly Embedding[]): Read =>
  Object.fromEntries(
    chains.map(({ name, sequence, tensors }) => {
      const values = [...tensors.get('per-residue')!.data];
      const rows = Array.from(sequence, (_, i) => values.slice(3 * i, 3 * i + 3));
      const mean = [...tensors.get('mean')!.data].map((value) => Number(value.toPrecision(6)));
      return [name, { sequence, rows, mean }];
    }),
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-embeddings-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each(FORMATS)('a file of embeddings in %s', (ending, layoutOf, read) => {
  const path = () => join(folder, `out.${ending}`);
  const part = () => `${path()}.part`;
  const open = (plan = planOf(CHAINS), from?: Unfinished) =>
    EmbeddingFile.open(path(), layoutOf(plan), { from });
  const left = (at = part()): Unfinished => ({
    path: at,
    found: readEmbeddingFile(at, layoutOf(planOf(CHAINS)))!,
  });
  const addAll = async (file: EmbeddingFile, chains: readonly Embedding[]) => {
    for (const chain of chains) await file.add(chain);
  };

  it('holds every chain once it is finished, and nothing lies beside it', async () => {
    const file = await open();
    await addAll(file, CHAINS);
    expect(existsSync(path())).toBe(false);
    await file.finish();
    expect(readdirSync(folder)).toEqual([`out.${ending}`]);
    expect(read(path())).toEqual(expectedOf(CHAINS));
  });

  it('tells its model, its kinds and its chains', async () => {
    const file = await open();
    await addAll(file, CHAINS);
    await file.finish();
    const { source, chains } = readEmbeddingFile(path(), layoutOf(planOf(CHAINS)))!;
    expect(source).toEqual({
      model: 'tiny',
      modelSha256: 'ab12',
      what: ['per-residue', 'mean'],
      precision: 'float32',
    });
    expect(Object.fromEntries(chains)).toEqual({ one: 'MA', 0: 'G', 'a "quoted", name': 'WVK' });
  });

  it.each([1, 2])('is valid after %d of 3 chains, and goes on to the same bytes', async (count) => {
    const file = await open();
    await addAll(file, CHAINS.slice(0, count));
    await file.settle();
    await file.close();
    expect(read(part())).toEqual(expectedOf(CHAINS.slice(0, count)));

    const next = await open(planOf(CHAINS), left());
    await addAll(next, CHAINS.slice(count));
    await next.finish();
    expect(readdirSync(folder)).toEqual([`out.${ending}`]);
    expect(read(path())).toEqual(expectedOf(CHAINS));

    const bytes = readFileSync(path());
    const atOnce = await open();
    await addAll(atOnce, CHAINS);
    await atOnce.finish();
    expect(readFileSync(path())).toEqual(bytes);
  });

  it('goes on where a kill has cut a chain', async () => {
    const file = await open();
    await addAll(file, CHAINS.slice(0, 2));
    await file.settle();
    await file.add(CHAINS[2]!);
    await file.close();
    truncateSync(part(), readFileSync(part()).length - 5);
    const { found } = left();
    expect([...found.chains.keys()]).toEqual(expect.arrayContaining(['one', '0']));
    expect(found.chains.size).toBe(2);
    const next = await open(planOf(CHAINS), left());
    await next.add(CHAINS[2]!);
    await next.finish();
    expect(read(path())).toEqual(expectedOf(CHAINS));
  });

  it('takes chains that nobody knew of when it was begun', async () => {
    const file = await open(planOf(CHAINS.slice(0, 1)));
    await file.add(CHAINS[0]!);
    await file.finish();
    const many = Array.from({ length: 40 }, (_, i) => chainOf(`new-${i}`, 'MKV', i));
    const all = [CHAINS[0]!, ...many];
    const next = await open(planOf(all), left(path()));
    await addAll(next, many);
    await next.finish();
    expect(readdirSync(folder)).toEqual([`out.${ending}`]);
    expect(read(path())).toEqual(expectedOf(all));
  });

  it('goes on where the same weights have another name by now', async () => {
    const file = await open();
    await addAll(file, CHAINS.slice(0, 1));
    await file.settle();
    await file.close();
    const next = await open(planOf(CHAINS, 'a-much-longer-name-of-the-same-model'), left());
    await addAll(next, CHAINS.slice(1));
    await next.finish();
    expect(read(path())).toEqual(expectedOf(CHAINS));
  });

  it('is as before where a chain cannot be added', async () => {
    const file = await open();
    await file.add(CHAINS[0]!);
    const tensors = CHAINS[1]!.tensors;
    const broken = {
      ...CHAINS[1]!,
      tensors: new Map([
        ...tensors,
        [
          'logits' as const,
          {
            shape: [1, 3],
            get data(): Float32Array {
              throw new Error('no more');
            },
          },
        ],
      ]),
    };
    await expect(file.add(broken)).rejects.toThrow('no more');
    await addAll(file, CHAINS.slice(1));
    await file.finish();
    expect(read(path())).toEqual(expectedOf(CHAINS));
  });

  it('is not taken for one where it is something else', async () => {
    for (const text of ['', '{}', '[1, 2]', 'x'.repeat(100)]) {
      appendFileSync(path(), text);
      expect(readEmbeddingFile(path(), layoutOf(planOf(CHAINS)))).toBeUndefined();
    }
    await Promise.resolve();
  });

  it('needs little memory for a chain of any size, one piece after the other', () => {
    const numResidues = 400;
    const data = new Float32Array(numResidues ** 2);
    const long: Embedding = {
      name: 'long',
      sequence: 'M'.repeat(numResidues),
      tensors: new Map([['contacts', { shape: [numResidues, numResidues], data }]]),
    };
    const pieces = [...layoutOf(planOf(CHAINS)).piecesOf(long)];
    if (ending === 'safetensors')
      expect(pieces[0]!.buffer).toBe(data.buffer); // no copy
    else expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2 * numResidues + 3);
  });
});

describe('what may be lost', () => {
  it('is what was added since the frame was written, which happens each time there is enough', async () => {
    const path = join(folder, 'out.safetensors');
    const chains = Array.from({ length: 7 }, (_, i) => chainOf(`chain-${i}`, 'MKVL', i));
    const layout = new SafetensorsEmbeddings(planOf(chains));
    expect(layout.frameEvery).toBe(layout.start);
    const bytesOfChain = (4 * 3 + 3) * Float32Array.BYTES_PER_ELEMENT;
    Object.defineProperty(layout, 'frameEvery', { value: 3 * bytesOfChain });
    const file = await EmbeddingFile.open(path, layout);
    const kept: number[] = [];
    for (const chain of chains) {
      await file.add(chain);
      kept.push(readEmbeddingFile(`${path}.part`, layout)!.chains.size);
    }
    await file.discard();
    expect(kept).toEqual([0, 0, 3, 3, 3, 6, 6]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is what lies there from something else, where a file is begun anew', async () => {
    const path = join(folder, 'out.jsonl');
    const { source } = planOf(CHAINS);
    appendFileSync(`${path}.part`, 'the rest of something else\n'.repeat(99));
    const file = await EmbeddingFile.open(path, jsonLinesLayout(source));
    await file.add(CHAINS[0]!);
    await file.finish();
    expect(readFileSync(path, 'utf8')).toBe(
      '{"name":"one","sequence":"MA","model":"tiny","modelSha256":"ab12","what":["per-residue","mean"],"precision":"float32",' +
        '"per-residue":[[0.25,1.25,2.25],[3.25,4.25,5.25]],"mean":[0,0.1,-2]}\n',
    );
  });

  it('is told with what to do about it where nothing can be written', async () => {
    const path = join(folder, 'missing', 'out.jsonl');
    const layout = jsonLinesLayout(planOf([]).source);
    await expect(EmbeddingFile.open(path, layout, { hint: 'make room' })).rejects.toMatchObject({
      code: 'FILE_WRITE',
      hint: 'make room',
    });
  });
});

describe('a text file of embeddings', () => {
  const { source } = planOf(CHAINS);
  const MEBIBYTE = 1024 ** 2;
  /** A chain's line of so many bytes, with what the layouts write at its beginning. */
  const lineOf = (name: string, numBytes: number, ofEachLine: string): string => {
    const beginning = `{"name":"${name}","sequence":"MKV",${ofEachLine}"per-residue":[`;
    return `${beginning}${'1'.repeat(numBytes - beginning.length - 2)}]}`;
  };
  const sourceText = JSON.stringify(source).slice(1, -1);
  const find = (layout: EmbeddingLayout, text: string) =>
    layout.read(memoryBytes(new TextEncoder().encode(text), 'x'))!;

  // It is read by the mebibyte.
  it.each([-2, -1, 0, 1])('is read where a line ends %d bytes from the end of a piece', (off) => {
    const first = lineOf('a', MEBIBYTE + off, `${sourceText},`);
    const second = lineOf('b', 300, `${sourceText},`);
    const found = find(jsonLinesLayout(source), `${first}\n${second}\n${second.slice(0, 40)}`);
    expect(found.source).toEqual(source);
    expect([...found.chains.keys()]).toEqual(['a', 'b']);
    expect([found.start, found.end]).toEqual([0, first.length + 1 + second.length]);
  });

  it.each([-2, -1, 0, 1])('of one document, too: %d', (off) => {
    const head = `{${sourceText},"chains":[\n`;
    const first = lineOf('a', MEBIBYTE - head.length + off, '');
    const second = lineOf('b', 300, '');
    const found = find(jsonLayout(source), `${head}${first},\n${second},\n${second.slice(0, 40)}`);
    expect([...found.chains.keys()]).toEqual(['a', 'b']);
    // The comma belongs to the chain behind it.
    const end = head.length + first.length + 2 + second.length;
    expect([found.start, found.end]).toEqual([head.length, end]);
  });

  it('is none of codonfold with a kind that nobody knows; old ones are of float32', () => {
    const lineWith = (said: string) => `{"name":"a","sequence":"MK",${said},"mean":[1]}\n`;
    const old = '"model":"tiny","modelSha256":"ab12","what":["mean"]';
    const layout = jsonLinesLayout(source);
    expect(find(layout, lineWith(old)).source).toEqual({
      ...{ model: 'tiny', modelSha256: 'ab12', what: ['mean'], precision: 'float32' },
    });
    expect(find(layout, lineWith(`${old},"precision":"int8"`)).source.precision).toBe('int8');
    expect(find(layout, lineWith(old.replace('["mean"]', '["mean","sum"]')))).toBeUndefined();
  });
});

describe('a safetensors file of embeddings', () => {
  it('is one of codonfold with its model, the SHA-256 and the kinds, and no other kinds', () => {
    const metadata = new Map([
      ['model', 'tiny'],
      ['model_sha256', 'ab12'],
      ['what', 'mean,contacts'],
    ]);
    const read = (changed: ReadonlyMap<string, string>) => {
      const head = encodeSafetensorsHead(new Map(), changed);
      return new SafetensorsEmbeddings(planOf([])).read(memoryBytes(head, 'x'))?.source;
    };
    const found = { model: 'tiny', modelSha256: 'ab12', what: ['mean', 'contacts'] };
    expect(read(metadata)).toEqual({ ...found, precision: 'float32' });
    expect(read(new Map([...metadata, ['precision', 'float16']]))?.precision).toBe('float16');
    for (const lacking of metadata.keys())
      expect(read(new Map([...metadata].filter(([key]) => key !== lacking)))).toBeUndefined();
    expect(read(new Map([...metadata, ['what', 'mean,sum']]))).toBeUndefined();
  });

  it('takes values of other types, and those that are part of something larger', () => {
    const layout = new SafetensorsEmbeddings(planOf([]));
    const bytesOf = (data: Float32Array | Int32Array) => {
      const tensors = new Map([['mean', { shape: [2], data }]] as const);
      const pieces = [...layout.piecesOf({ name: 'a', sequence: 'MK', tensors })];
      return pieces.flatMap((piece) => [...piece]);
    };
    const expected = [...new Uint8Array(Float32Array.of(3, -4).buffer)];
    expect(bytesOf(Int32Array.of(3, -4))).toEqual(expected);
    expect(bytesOf(Float32Array.of(1, 2, 3, -4, 5).subarray(2, 4))).toEqual(expected);
  });

  it('is moved in pieces where more room is needed before its chains', async () => {
    const path = join(folder, 'out.safetensors');
    const size = 2100; // 17.6 MB, copied by 16 MiB
    const sequence = 'M'.repeat(size);
    const data = new Float32Array(size ** 2);
    for (let i = 0; i < data.length; i += 1021) data[i] = i;
    const large = { name: 'large', sequence, tensors: new Map([['contacts', { shape: [size, size], data }]] as const) }; // prettier-ignore
    const plan = (names: readonly string[]): EmbeddingPlan => ({
      source: { ...planOf([]).source, what: ['contacts'] },
      chains: names.map((name) => ({ name, sequence })),
      channels: 3,
    });
    const file = await EmbeddingFile.open(path, new SafetensorsEmbeddings(plan(['large'])));
    await file.add(large);
    await file.finish();
    const layout = new SafetensorsEmbeddings(plan(['large', 'x', 'y', 'z']));
    const found = readEmbeddingFile(path, layout)!;
    expect(found.start).toBeLessThan(layout.start);
    const moved = await EmbeddingFile.open(path, layout, { from: { path, found } });
    await moved.finish();
    const read = readSafetensors(memoryBytes(readFileSync(path), path));
    expect(Buffer.compare(Buffer.from(read.read('large/contacts').buffer), Buffer.from(data.buffer))).toBe(0); // prettier-ignore
    expect(readdirSync(folder)).toEqual(['out.safetensors']);
  });

  it('reaches beyond four gigabytes: places are whole numbers of any size', () => {
    const sequence = 'M'.repeat(40_000);
    const plan: EmbeddingPlan = {
      source: { model: 'tiny', modelSha256: 'ab12', what: ['contacts'], precision: 'float32' },
      chains: ['a', 'b'].map((name) => ({ name, sequence })),
      channels: 3,
    };
    const layout = new SafetensorsEmbeddings(plan);
    const contacts = { shape: [sequence.length, sequence.length], data: new Float32Array() };
    for (const { name } of plan.chains)
      layout.added({ name, sequence, tensors: new Map([['contacts', contacts]]) });
    const { head } = layout.frame();
    expect(head.length).toBe(layout.start);
    const text = new TextDecoder().decode(head.subarray(8));
    const header = JSON.parse(text) as Record<string, { data_offsets: number[] }>;
    expect(header['b/contacts']!.data_offsets).toEqual([6_400_000_000, 12_800_000_000]);
  });

  it('is refused before any work where its header would be larger than readers take', () => {
    const sequence = 'M'.repeat(10_000);
    const chains = Array.from({ length: 11_000 }, (_, i) => ({ name: `p${i}`, sequence }));
    expect(() => new SafetensorsEmbeddings({ ...planOf([]), chains })).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        hint: expect.stringContaining('.jsonl') as string,
      }) as Error,
    );
  });
});
