/** @file AlphaFold 2 with an alignment from the command line; a tiny network, whose structures mean nothing. */
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ranking } from '#cli/ranked-files';
import type { Confidence } from '#predict/files/confidence';
import { runCli } from './run-cli.js';

const GOLDEN = resolve('test/fixtures/alphafold2-tiny');
const MODEL = join(GOLDEN, 'openfold.pt');
const AS_THE_ORIGINAL = ['--msa-sampling', 'first', '--max-msa', '512:1024'];

/** Coordinates by residue and atom; programs write the atoms of a residue in orders of their own. */
const atomsOf = (pdb: string) =>
  new Map(
    pdb
      .split('\n')
      .filter((line) => line.startsWith('ATOM'))
      .map((line) => [
        line.slice(12, 26),
        [30, 38, 46].map((at) => Number(line.slice(at, at + 8))),
      ]),
  );

describe('codonfold predict with an alignment', () => {
  let folder: string;
  let fasta: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codonfold-alphafold2-'));
    const text = await readFile(join(GOLDEN, 'msa.a3m'), 'utf8');
    fasta = join(folder, 'inputs.fasta');
    await writeFile(fasta, `>msa\n${text.split('\n')[1]!}\n`);
    await writeFile(join(folder, 'msa.a3m.gz'), gzipSync(text));
  });

  const predict = (...words: string[]) =>
    runCli(['predict', fasta, '--type', 'protein', '--model', MODEL, ...words]);
  const confidenceIn = async (out: string) =>
    JSON.parse(await readFile(join(out, 'msa.confidence.json'), 'utf8')) as Confidence;

  it('writes the structure of the original, and what the alignment had to say', async () => {
    const out = join(folder, 'from-folder');
    const ended = await predict('--msa', folder, ...AS_THE_ORIGINAL, '-o', out);
    expect(ended.err).not.toContain('error');
    expect(ended.code).toBe(0);
    const found = atomsOf(await readFile(join(out, 'msa.pdb'), 'utf8'));
    const wanted = atomsOf(await readFile(join(GOLDEN, 'msa.pdb'), 'utf8'));
    expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [atom, position] of found)
      for (const [axis, x] of position.entries())
        expect(Math.abs(x - wanted.get(atom)![axis]!), atom).toBeLessThan(0.003);
    const { alignment } = await confidenceIn(out);
    expect(alignment!.numRows).toBe(14);
  });

  it('skips what is there, but not the result of another alignment', async () => {
    const out = join(folder, 'again');
    const first = await predict('--msa', folder, '--num-recycles', '0', '-o', out);
    expect(first.code).toBe(0);
    const same = await predict('--msa', folder, '--num-recycles', '0', '-o', out);
    expect(same.out).toContain('done before');
    const other = await predict('--num-recycles', '0', '-o', out);
    expect(other.code).toBe(1);
    expect(other.err).toContain('the result of another alignment');
  });

  it('stops when distances change by no more than a tolerance, and tells so in its results', async () => {
    const out = join(folder, 'tolerant');
    const words = ['--msa', folder, ...AS_THE_ORIGINAL, '-o', out];
    const tolerant = await predict(...words, '--recycle-tolerance', '500');
    expect(tolerant.code).toBe(0);
    expect(tolerant.err.match(/pass \d of 4, mean pLDDT [\d.]+/g)).toHaveLength(2);
    expect(tolerant.err).toMatch(/pass 2 of 4, .*, distances moved by [\d.]+ Å/);
    expect(await confidenceIn(out)).toMatchObject({
      numRecycles: 1,
      recycling: { mostRecycles: 3, tolerance: 500 },
    });
    const again = await predict(...words, '--recycle-tolerance', '500');
    expect(again.out).toContain('done before');
    const other = await predict(...words);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('--recycle-tolerance')]);
  });

  it('folds after templates, tells them in its results, and refuses them without modules for them', async () => {
    const out = join(folder, 'templates');
    const [, sequence] = (await readFile(join(GOLDEN, 'templates.a3m'), 'utf8')).split('\n');
    const templates = [1, 2].map((n) => join(GOLDEN, `templates.template${n}.pdb`));
    const words = [sequence!, '--type', 'protein', '--num-recycles', '0', '-o', out];
    const fold = (model: string, ...more: string[]) =>
      runCli(['predict', ...words, '--model', model, ...more]);
    const ended = await fold(MODEL, '--templates', ...templates);
    expect(ended.code).toBe(0);
    expect(ended.err).toMatch(
      /template templates\.template1\.pdb chain A: 9\d % identical over 89 %/,
    );
    const cif = await readFile(join(out, 'sequence-1.cif'), 'utf8');
    expect(cif).toMatch(/_ma_template_customized[^#]*templates\.template2\.pdb, chain A/);
    const again = await fold(MODEL, '--templates', ...templates);
    expect(again.out).toContain('done before');
    expect((await fold(MODEL)).err).toContain('the result of other templates');
    const without = join(folder, 'no-modules');
    await cp(MODEL, join(without, 'openfold.pt'));
    const config = JSON.parse(await readFile(join(GOLDEN, 'config.json'), 'utf8')) as {
      readonly model: Record<string, object>;
    };
    config.model['template'] = { ...config.model['template'], enabled: false };
    await writeFile(join(without, 'config.json'), JSON.stringify(config));
    const refused = await fold(
      join(without, 'openfold.pt'),
      '--templates',
      ...templates,
      '--overwrite',
    );
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('reads no templates')]);
  });

  it('folds with each model of a folder and ranks them; goes on where it stopped', async () => {
    const set = join(folder, 'set');
    const out = join(folder, 'ranked');
    for (const precision of ['float16', 'int8']) {
      const words = ['models', 'convert', MODEL, '--precision', precision];
      expect((await runCli([...words, '-o', join(set, precision)])).code).toBe(0);
    }
    await cp(join(set, 'int8'), join(set, 'no-templates'), { recursive: true });
    const path = join(set, 'no-templates', 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as {
      readonly model: Record<string, object>;
    };
    config.model['template'] = { ...config.model['template'], enabled: false };
    await writeFile(path, JSON.stringify(config));
    const [, sequence] = (await readFile(join(GOLDEN, 'templates.a3m'), 'utf8')).split('\n');
    const words = [sequence!, '--type', 'protein', '--num-recycles', '0', '-o', out];
    const fold = (...more: string[]) =>
      runCli(['predict', ...words, '--model', set, '--format', 'pdb', ...more]);
    const template = join(GOLDEN, 'templates.template1.pdb');
    const two = await fold('--num-models', '2', '--templates', template);
    expect(two.code).toBe(0);
    const all = await fold('--templates', template);
    expect(all.code).toBe(0);
    expect(all.out.match(/done before/g)).toHaveLength(2);
    expect(all.err).toContain('no-templates reads no templates: it folds without');
    expect(all.out).toMatch(/RANK +MODEL +MEAN pLDDT[^]*\n1 [^]*\n2 [^]*\n3 /);
    const text = await readFile(join(out, 'sequence-1.ranking.json'), 'utf8');
    const { results } = JSON.parse(text) as Ranking;
    const scores = results.map(({ meanPlddt }) => meanPlddt);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(3);
    for (const { files, model } of results) {
      const description = await readFile(join(out, `${files}.confidence.json`), 'utf8');
      const confidence = JSON.parse(description) as Confidence;
      expect(confidence.model).toEqual(model);
      expect(confidence.templates === undefined).toBe(model.name === 'no-templates');
      expect((await readFile(join(out, `${files}.pdb`), 'utf8')).length).toBeGreaterThan(1000);
    }
    expect(results[0]!.files).toMatch(/^sequence-1_rank_001_/);
    const tooMany = await fold('--num-models', '4');
    expect([tooMany.code, tooMany.err]).toEqual([2, expect.stringContaining('has 3 models')]);
  });

  it('says what it costs to have none', async () => {
    const out = join(folder, 'without');
    const ended = await predict('--num-recycles', '0', '-o', out);
    expect(ended.err).toContain('warning: msa: no alignment was given');
    expect((await confidenceIn(out)).warnings.join()).toContain('no alignment was given');
  });

  it('refuses an alignment that the model does not read, and one of another sequence', async () => {
    const words = ['--type', 'protein', '--msa', folder, '-o', join(folder, 'refused')];
    const unread = await runCli(['predict', fasta, ...words]);
    expect([unread.code, unread.err]).toEqual([2, expect.stringContaining('reads no alignment')]);
    const all = ['--type', 'protein', '-o', join(folder, 'refused'), '--recycle-tolerance', '1'];
    const early = await runCli(['predict', fasta, ...all]);
    expect([early.code, early.err]).toEqual([2, expect.stringContaining('makes all its passes')]);
    const other = join(folder, 'other.a3m');
    await cp(join(GOLDEN, 'extra.a3m'), other);
    const mismatch = await predict('--msa', other, '-o', join(folder, 'refused'));
    expect([mismatch.code, mismatch.err]).toEqual([2, expect.stringContaining('other.a3m')]);
  });
});
