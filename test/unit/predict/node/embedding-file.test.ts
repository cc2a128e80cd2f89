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

describe('a safetensors file of embeddings', () => {
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
