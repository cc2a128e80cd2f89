import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFile } from '#weights/node/open-file';
import { readSafetensors } from '#weights/safetensors';
import { file, serve } from '../unit/weights/file-server.js';
import { ending, interrupt, runCli, startCli, TINY_MODEL } from './run-cli.js';

const MODEL = resolve('test/fixtures/esm2-tiny');
/** What `golden.safetensors` was made from, and the position that it has masked. */
const SEQUENCE = 'LAGVSERMKTXVRQGWC';
const MASKED_POSITION = 4;
const FIRST_LETTER_TOKEN = 4;
const LETTER_TOKENS = 'LAGVSERTIDPKQNFYMHWC';
const TOKENS = 33;
const golden = parseFile(join(MODEL, 'golden.safetensors'), readSafetensors);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const embed = (input: string, ...words: string[]) =>
  runCli(['embed', input, '--model', MODEL, '--type', 'protein', ...words]);

/** Rows of a golden tensor without those of start and end tokens. */
function ofResidues(name: string): Float32Array {
  const [, , size] = golden.info(name).shape as [number, number, number];
  return golden.read(name).slice(size, (SEQUENCE.length + 1) * size);
}

describe('codonfold embed', () => {
  it('writes what transformers gives for the same model', async () => {
    const out = join(folder, 'tiny.safetensors');
    const what = ['--what', 'per-residue,mean,contacts,logits'];
    const { code, err } = await embed(`>tiny\n${SEQUENCE}`, '-o', out, ...what);
    expect({ code, err }).toMatchObject({ code: 0 });
    const written = parseFile(out, readSafetensors);
    const expected = {
      'tiny/per-residue': { shape: [17, 40], data: ofResidues('representation') },
      'tiny/logits': { shape: [17, TOKENS], data: ofResidues('logits') },
      'tiny/contacts': { shape: [17, 17], data: golden.read('contacts') },
    };
    for (const [name, tensor] of Object.entries(expected)) {
      const got = { shape: written.info(name).shape, data: written.read(name) };
      expect(got).toBeCloseToTensor(tensor, { atol: 1e-4, rtol: 0 });
    }
    expect(written.info('tiny/mean').shape).toEqual([40]);
    expect(written.metadata.get('sequence:tiny')).toBe(SEQUENCE);
  });

  it('gives a gene and its protein the same vector, in JSON', async () => {
    const out = join(folder, 'mean.json');
    const words = ['embed', '>gene\nATGAAAGTTCTGGAATAA', '>protein\nMKVLE', '--model', MODEL];
    const { code } = await runCli([...words, '--what', 'mean', '-o', out]);
    expect(code).toBe(0);
    const { chains } = JSON.parse(readFileSync(out, 'utf8')) as {
      chains: { name: string; sequence: string; mean: number[] }[];
    };
    expect(chains.map(({ name, sequence }) => [name, sequence])).toEqual([
      ['gene', 'MKVLE'],
      ['protein', 'MKVLE'],
    ]);
    expect(chains[0]!.mean).toHaveLength(40);
    expect(chains[0]!.mean).toEqual(chains[1]!.mean);
  });

  it.each([
    ['no file to write', [], /required option '-o, --out <file>'/],
    [
      'another format',
      ['-o', 'x.npy'],
      /x\.npy: .*\nhint: end it with \.safetensors, \.jsonl, \.json/,
    ],
    ['an unknown wish', ['-o', 'x.json', '--what', 'mean,all'], /Give some of per-residue, mean/],
  ])('refuses %s', async (_, words, message) => {
    const { code, err } = await embed('MKVLE', ...words);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it('reads the language model inside a folding model, and says what that one lacks', async () => {
    const out = join(folder, 'x.json');
    const words = ['embed', 'MKVLE', '--model', TINY_MODEL, '--overwrite', '-o', out];
    expect(await runCli([...words, '--what', 'mean,contacts'])).toMatchObject({ code: 0 });
    const { code, err } = await runCli([...words, '--what', 'logits']);
    expect(err).toMatch(/error: .*has no head that predicts residues\nhint: use an ESM-2 model/);
    expect(code).toBe(2);
  });
});

/** Chains of which one takes some milliseconds. */
const manyChains = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => `>p${i}\n${'MKVLAGEDFR'.repeat(5)}${'ACDEFGHIKL'[i % 10]!}`,
  );

describe('codonfold embed, over files that are there', () => {
  const chains = manyChains(40);
  const out = () => join(folder, 'made/out.safetensors');
  const run = (records: readonly string[], ...words: string[]) =>
    embed(records.join('\n'), '-o', out(), '--what', 'mean', ...words);
  const names = (path = out()) =>
    [...parseFile(path, readSafetensors).names].map((name) => name.split('/')[0]!);

  it('skips what is done, adds what is new, and replaces nothing else', async () => {
    expect(await run(chains.slice(0, 2))).toMatchObject({ code: 0 });
    const before = readFileSync(out());
    const again = await run(chains.slice(0, 2));
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('skipped') as string });
    expect(readFileSync(out())).toEqual(before);

    const refused = [
      [await run(chains.slice(1, 3)), 'the result of another input'],
      [await run(['>p0\nMKV']), 'the result of another input'],
      [await run(chains.slice(0, 2), '--what', 'mean,contacts'), 'mean of these chains'],
      [
        await run(chains.slice(0, 2), '--model', TINY_MODEL),
        'the result of other weights (esm2-tiny)',
      ],
    ] as const;
    for (const [{ code, err }, words] of refused) {
      expect(err).toContain(`out.safetensors holds ${words}`);
      expect(err).toContain('hint: --overwrite');
      expect(code).toBe(1);
    }
    expect(readFileSync(out())).toEqual(before);

    const more = await run(chains.slice(0, 4));
    expect(more.err).toContain('2 of 4 chains were done before');
    expect(names().sort()).toEqual(['p0', 'p1', 'p2', 'p3']);
    expect(await run(chains.slice(2, 3), '--overwrite')).toMatchObject({ code: 0 });
    expect(names()).toEqual(['p2']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'keeps at %s what is done; the same command goes on',
    async (signal) => {
      const words = ['embed', chains.join('\n'), '--model', MODEL, '--type', 'protein'];
      const child = startCli([...words, '-o', out(), '--what', 'mean']);
      const ended = ending(child);
      await new Promise<void>((done) => {
        child.stdout.on('data', (text: string) => {
          if (text.includes('p1:')) done();
        });
      });
      interrupt(child, signal);
      const { code, err } = await ended;
      expect(code).toBe(130);
      expect(err).toContain(`error: stopped by ${signal}`);
      expect(err).not.toMatch(/\n\s+at /);
      const finished = names(`${out()}.part`);
      expect(finished.length).toBeGreaterThanOrEqual(2);
      expect(finished.length).toBeLessThan(40);
      expect(existsSync(out())).toBe(false);

      const next = await run(chains);
      expect(next.err).toContain(`${finished.length} of 40 chains were done before`);
      expect(next.out.match(/^p\d+: /gm)).toHaveLength(40 - finished.length);
      expect(names().sort()).toEqual(Array.from({ length: 40 }, (_, i) => `p${i}`).sort());
      expect(readdirSync(join(folder, 'made'))).toEqual(['out.safetensors']);
    },
  );

  it('sees before any work that the file cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, out, err } = await embed('MKV', '-o', join(folder, 'file/out.json'));
    expect(err).toMatch(
      /error: .*file cannot be written: it is a file, not a folder\nhint: -o FILE/,
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });
});

describe('a full disk', () => {
  const disk = () => join(folder, 'disk');
  let canMount = false;
  beforeEach(() => {
    mkdirSync(disk());
    canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk()]).status === 0;
  });
  afterEach(() => {
    if (canMount) spawnSync('umount', [disk()]);
  });

  it.each([
    ['embed', '--what', 'per-residue', '-o', 'disk/out.json'],
    ['mutate', '--method', 'wildtype-marginals', '-o', 'disk'],
  ])('stops %s with one error and keeps what is done', async (command, ...words) => {
    if (!canMount) return; // only root may make a disk so small
    const at = words.map((word) => (word.startsWith('disk') ? join(folder, word) : word));
    const chains = manyChains(40).join('\n');
    const { code, out, err } = await runCli([command, chains, '--model', MODEL, ...at]);
    expect(code).toBe(1);
    expect(err.match(/error: .*the disk is full/g)).toHaveLength(1);
    const numDone = out.match(/^p\d+: /gm)!.length;
    expect(err).toContain(`stopped: the other ${39 - numDone} would fail in the same way`);
    expect(numDone).toBeGreaterThan(0);
    if (command === 'mutate') return;
    const { chains: kept } = JSON.parse(readFileSync(join(disk(), 'out.json.part'), 'utf8')) as {
      chains: { name: string }[];
    };
    expect(kept.map(({ name }) => name)).toEqual(
      Array.from({ length: numDone }, (_, i) => `p${i}`),
    );
  });
});

describe('codonfold mutate, over files that are there', () => {
  const mutate = (record: string, ...words: string[]) =>
    runCli(['mutate', record, '--model', MODEL, '-o', folder, ...words]);
  const fast = ['--method', 'wildtype-marginals'];

  it('skips what is done, scores again what is incomplete, and replaces nothing else', async () => {
    expect(await mutate('>a\nMKVLE', ...fast)).toMatchObject({ code: 0 });
    const csv = join(folder, 'a.mutations.csv');
    const before = readFileSync(csv, 'utf8');
    writeFileSync(csv, 'mine');
    const again = await mutate('>a\nMKVLE', ...fast);
    expect(again.out).toContain('a: done before, skipped (--overwrite scores again)');

    const refused = [
      [await mutate('>a\nMKVLEG', ...fast), 'the result of another input'],
      [await mutate('>a\nMKVLE'), 'scores by wildtype-marginals'],
      [await mutate('>a\nMKVLE', ...fast, '--first-residue', '24'), 'residues from 1 on'],
    ] as const;
    for (const [{ code, err }, words] of refused) {
      expect(err).toContain(`a.mutations.json holds ${words}`);
      expect(err).toContain('hint: --overwrite');
      expect(code).toBe(1);
    }
    expect(readFileSync(csv, 'utf8')).toBe('mine');

    rmSync(join(folder, 'a.mutations.svg'));
    expect((await mutate('>a\nMKVLE', ...fast)).err).toContain('incomplete; scoring again');
    expect(readFileSync(csv, 'utf8')).toBe(before);
    expect(await mutate('>a\nMKVLEG', ...fast, '--overwrite')).toMatchObject({ code: 0 });
  });
});

describe('codonfold mutate', () => {
  it('scores mutants from the logits that transformers gives with the position masked', async () => {
    const words = ['mutate', `>tiny\n${SEQUENCE}`, '--type', 'protein', '--model', MODEL];
    const { code, out } = await runCli([...words, '-o', folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^tiny: 17 residues, likeliest [A-Z]\d+[A-Z] \d\.\d\d, .*mutations\.csv/);

    const [heading, ...lines] = readFileSync(join(folder, 'tiny.mutations.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(heading).toBe('mutation,position,wildtype,mutant,log_odds');
    expect(lines).toHaveLength(16 * 19); // X has no mutants
    const masked = ofResidues('masked_logits').subarray(MASKED_POSITION * TOKENS);
    const logit = (letter: string) => masked[FIRST_LETTER_TOKEN + LETTER_TOKENS.indexOf(letter)]!;
    const ofPosition = lines
      .map((line) => line.split(','))
      .filter(([, position]) => Number(position) === MASKED_POSITION + 1);
    expect(ofPosition).toHaveLength(19);
    for (const [mutation, , wildtype, mutant, logOdds] of ofPosition) {
      expect(mutation).toBe(`S5${mutant!}`);
      expect(Number(logOdds)).toBeCloseTo(logit(mutant!) - logit(wildtype!), 3);
    }
    expect(readFileSync(join(folder, 'tiny.mutations.svg'), 'utf8')).toMatch(/^<svg /);
  });

  it('scores some positions, and lists of mutants, as it does all', async () => {
    const words = ['mutate', '>list\nMKVLE', '--type', 'protein', '--model', MODEL, '-o'];
    const all = join(folder, 'all');
    const some = join(folder, 'some');
    expect(await runCli([...words, all])).toMatchObject({ code: 0 });
    expect(await runCli([...words, some, '--positions', '1-2,5'])).toMatchObject({ code: 0 });
    const rowsOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n').slice(1);
    const whole = rowsOf(join(all, 'list.mutations.csv'));
    const wanted = whole.filter((row) => ['1', '2', '5'].includes(row.split(',')[1]!));
    expect(rowsOf(join(some, 'list.mutations.csv'))).toEqual(wanted);

    const mutants = join(folder, 'mutants.txt');
    writeFileSync(mutants, 'M1A\np.[Lys2Gly;Glu5Lys]\n');
    const listed = await runCli([...words, some, '--mutants', mutants, '--mutant', 'V3L']);
    expect(listed).toMatchObject({ code: 0 });
    const oddsOf = (mutation: string) =>
      Number(whole.find((row) => row.startsWith(mutation))!.split(',')[4]);
    const scores = rowsOf(join(some, 'list.mutants.csv')).map((row) => row.split(','));
    expect(scores.map(([name]) => name)).toEqual(['M1A', 'K2G:E5K', 'V3L']);
    expect(Number(scores[1]![2])).toBeCloseTo(oddsOf('K2G') + oddsOf('E5K'), 3);
    expect(Number(scores[2]![2])).toBeCloseTo(oddsOf('V3L'), 3);

    writeFileSync(mutants, 'M1A\n\nA3G\n');
    const wrong = await runCli([...words, some, '--mutants', mutants]);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('mutants.txt:3: A3G expects A at 3, and list has V');
  });

  it('refuses mutants that are none before it opens a model or makes a folder', async () => {
    const nowhere = join(folder, 'nowhere');
    for (const wrong of [
      ['--mutant', 'A3G'],
      ['--mutant', 'junk'],
      ['--positions', '9'],
    ]) {
      const words = ['mutate', 'MKVLE', '--model', join(folder, 'no-model'), '-o', nowhere];
      const { code, err } = await runCli([...words, ...wrong]);
      expect(code).toBe(2);
      expect(err).not.toContain('no-model');
    }
    expect(existsSync(nowhere)).toBe(false);
  });

  it('needs a head that predicts residues', async () => {
    const words = ['mutate', 'MKVLE', '--model', TINY_MODEL, '-o', folder];
    const { code, err } = await runCli(words);
    expect(err).toMatch(/error: .*has no head that predicts residues\nhint: use an ESM-2 model/);
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'sequence-1.mutations.csv'))).toBe(false);
  });
});

describe('codonfold models convert', () => {
  it('makes a model smaller; what it says changes by little', async () => {
    const small = join(folder, 'int8');
    const converted = await runCli(['models', 'convert', MODEL, '-o', small]);
    expect(converted).toMatchObject({ code: 0, err: '' });
    const bytes = (model: string) => statSync(join(model, 'model.safetensors')).size;
    expect(bytes(small)).toBeLessThan(0.6 * bytes(MODEL)); // its smallest matrices stay
    const meanOf = async (model: string) => {
      const out = join(folder, 'mean.json');
      await runCli([
        'embed',
        'MKVLE',
        '--model',
        model,
        '--what',
        'mean',
        '--overwrite',
        '-o',
        out,
      ]);
      const { chains } = JSON.parse(readFileSync(out, 'utf8')) as { chains: { mean: number[] }[] };
      return chains[0]!.mean;
    };
    const [own, ofSmall] = [await meanOf(MODEL), await meanOf(small)];
    expect(ofSmall).toBeCloseToTensor(own, { atol: 0.1, rtol: 0 });
    expect(ofSmall).not.toEqual(own);
  });

  it('skips what is converted, and writes over no other model', async () => {
    const small = join(folder, 'small');
    const convert = (...words: string[]) => runCli(['models', 'convert', ...words, '-o', small]);
    expect(await convert(MODEL)).toMatchObject({ code: 0 });
    expect((await convert(MODEL)).out).toContain('esm2-tiny: done before, skipped');
    for (const [words, holds] of [
      [[MODEL, '--precision', 'float16'], 'a model in int8'],
      [[TINY_MODEL], 'a model made from esm2-tiny'],
    ] as const) {
      const { code, err } = await convert(...words);
      expect(err).toContain(`config.json holds ${holds}\nhint: --overwrite`);
      expect(code).toBe(1);
    }
    expect(await convert(MODEL, '--precision', 'float16', '--overwrite')).toMatchObject({
      code: 0,
    });
  });

  it('does not write over the model that it reads', async () => {
    const { code, err } = await runCli(['models', 'convert', MODEL, '-o', `${MODEL}/`]);
    expect(err).toMatch(/error: .* is the model itself\nhint: give -o another folder/);
    expect(code).toBe(2);
  });
});

describe('codonfold models pull', () => {
  const name = 'esm2_t12_35M_UR50D'; // of which no checksum is known: any model will do
  const body = (path: string) => readFileSync(join(MODEL, path));
  const environment = (url: string) => ({ CODONFOLD_CACHE: folder, HF_ENDPOINT: url });
  const out = () => join(folder, 'out.json');
  const run = (url: string, ...words: string[]) => runCli(words, { environment: environment(url) });

  it('survives a connection that drops; what it installs works offline', async () => {
    const weights = body('model.safetensors');
    const server = await serve([
      file(body('config.json')),
      file(weights, { cutAfter: 100_000 }),
      file(weights, { cutAfter: 100_000 }),
      file(weights),
    ]);
    const pulled = await run(server.url, 'models', 'pull', name);
    await server.close();
    expect(pulled).toMatchObject({ code: 0 });
    expect(server.requests.map(({ range }) => range !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    const embedded = await run(server.url, 'embed', 'MKVLE', '--model', name, '-o', out());
    expect(embedded).toMatchObject({ code: 0 });
    expect(await embed('MKVLE', '-o', join(folder, 'direct.json'))).toMatchObject({ code: 0 });
    const chainsOf = (path: string) =>
      (JSON.parse(readFileSync(path, 'utf8')) as { chains: unknown }).chains;
    expect(chainsOf(out())).toEqual(chainsOf(join(folder, 'direct.json')));
  });

  it('refuses wrong bytes, and installs nothing', async () => {
    const server = await serve([file(body('config.json')), file(Buffer.alloc(31_000))]);
    const model = 'esm2_t6_8M_UR50D';
    const pulled = await run(server.url, 'models', 'pull', model);
    await server.close();
    expect(pulled.err).toMatch(/error: .*model\.safetensors.*\bnot 24c5fa474c48/);
    expect(pulled.code).toBe(1);
    const { code, err } = await run(server.url, 'embed', 'MKV', '--model', model, '-o', out());
    expect(err).toMatch(/not installed.*\nhint: codonfold models pull/);
    expect(code).toBe(1);
  });
});
