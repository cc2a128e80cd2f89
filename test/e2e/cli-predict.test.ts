import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Confidence } from '#predict/files/confidence';
import { ending, interrupt, runCli, startCli, TINY_MODEL } from './run-cli.js';

const PEPTIDE = 'MQIFVKTLTGKTITLEVEPS';
const ENDINGS = ['.cif', '.confidence.json', '.pdb', '_predicted_aligned_error_v1.json'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const predict = (inputs: readonly string[], stdin?: string | Uint8Array) =>
  runCli(
    ['predict', ...inputs, '--model', TINY_MODEL, '--num-recycles', '0', '-o', folder],
    stdin === undefined ? {} : { stdin },
  );
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const atoms = (name: string): string[] =>
  read(`${name}.pdb`)
    .split('\n')
    .filter((line) => line.startsWith('ATOM'));
const confidence = (name: string) => JSON.parse(read(`${name}.confidence.json`)) as Confidence;
const filesOf = (...names: string[]): string[] =>
  names.flatMap((name) => ENDINGS.map((end) => `${name}${end}`)).sort();

describe('codonfold predict', () => {
  it('gives one structure for a human gene, its mRNA and its protein', async () => {
    const { code, out, err } = await predict(['data/examples/insulin.fasta']);
    expect({ code, err }).toMatchObject({ code: 0 });
    const names = ['insulin-gene', 'insulin-mrna', 'insulin-protein'];
    expect(readdirSync(folder).sort()).toEqual(filesOf(...names));
    const [gene, mrna, protein] = names.map(atoms);
    expect(gene).toHaveLength(838); // heavy atoms of preproinsulin, the last oxygen not among them
    expect(mrna).toEqual(gene);
    expect(protein).toEqual(gene);
    expect(confidence('insulin-mrna').chains[0]!.codons![0]).toEqual({
      codon: 'ATG',
      positions: [60, 61, 62],
    });
    expect(out.split('\n').slice(0, 3).join('\n')).toMatch(
      /insulin-gene: 110 residues, mean pLDDT .*\ninsulin-mrna: .*\ninsulin-protein: /,
    );
    expect(err).toContain('note: insulin-gene: read as DNA');
    expect(err).toContain('note: insulin-mrna: frame 3: longest open reading frame');
  });

  it('writes pLDDT into the B-factor column and the aligned error of each pair', async () => {
    await predict([`>pep\n${PEPTIDE}`]);
    const { chains, numResidues } = confidence('pep');
    expect(numResidues).toBe(20);
    const [first] = atoms('pep');
    expect(Number(first!.slice(60, 66))).toBe(chains[0]!.plddt[0]);
    const [pae] = JSON.parse(read('pep_predicted_aligned_error_v1.json')) as {
      predicted_aligned_error: number[][];
    }[];
    expect(pae!.predicted_aligned_error.map((row) => row.length)).toEqual(Array(20).fill(20));
  });

  it('reads gzip, standard input and a sequence itself, several at once', async () => {
    const packed = join(folder, 'packed.fasta.gz');
    writeFileSync(packed, gzipSync(`>packed\n${PEPTIDE}\n`));
    const { code } = await predict([packed, '-', PEPTIDE], gzipSync(`>piped\n${PEPTIDE}\n`));
    expect(code).toBe(0);
    expect(atoms('piped')).toEqual(atoms('packed'));
    expect(atoms('sequence-3')).toEqual(atoms('packed'));
  });

  it('skips what is done, folds again what is incomplete or overwritten, replaces no other', async () => {
    await predict([`>a\n${PEPTIDE}`]);
    const before = read('a.pdb');
    writeFileSync(join(folder, 'a.pdb'), 'mine');
    const skipped = await predict([`>a\n${PEPTIDE}`]);
    expect(skipped).toMatchObject({ code: 0, out: expect.stringContaining('skipped') as string });
    expect(read('a.pdb')).toBe('mine');

    const other = await predict([`>a\n${PEPTIDE}G`]);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/error: .*a\.confidence\.json holds the result of another input/);
    expect(other.err).toContain('hint: --overwrite');
    expect(read('a.pdb')).toBe('mine');

    rmSync(join(folder, 'a.pdb'));
    const again = await predict([`>a\n${PEPTIDE}`]);
    expect(again.err).toContain('incomplete; folding again');
    expect(read('a.pdb')).toBe(before);

    const overwritten = await predict([`>a\n${PEPTIDE}G`, '--overwrite']);
    expect(overwritten.code).toBe(0);
    expect(confidence('a').numResidues).toBe(21);
  });

  it('folds the good records of an input with a bad one, and says which is bad', async () => {
    const { code, err } = await predict([
      `>good\n${PEPTIDE}\n>bad\nMK-V\n>empty\n>too\n${PEPTIDE}`,
    ]);
    expect(code).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(filesOf('good', 'too'));
    expect(err).toContain('error: bad: "-" at position 3 is not a residue (line 4, column 3 of ');
    expect(err).toMatch(/error: command line:5: empty has no letters/);
    expect(err).toContain('2 of 4 records failed');
  });

  it('refuses what cannot fit into memory before it starts, and folds the rest', async () => {
    const file = join(folder, 'in.fasta');
    writeFileSync(file, `>titin\n${'L'.repeat(34_350)}\n>a\n${PEPTIDE}\n`);
    const { code, err } = await predict([file]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /error: titin: 34350 residues would take about [\d.]+ GB of memory; [\d.]+ GB may be used/,
    );
    expect(err).not.toContain('titin: folding');
    expect(existsSync(join(folder, 'a.pdb'))).toBe(true);
  });

  it('writes the formats asked for', async () => {
    await predict([`>a\n${PEPTIDE}`, '--format', 'cif']);
    expect(readdirSync(folder).sort()).toEqual(filesOf('a').filter((name) => name !== 'a.pdb'));
  });
});

describe('codonfold predict, interrupted', () => {
  const words = () => [
    ...['predict', `>quick\n${PEPTIDE}\n>slow\n${'MKVLAGEDFR'.repeat(40)}`],
    ...['--model', TINY_MODEL, '--num-recycles', '500', '-o', folder],
  ];
  const whenSlowFolds = (child: ReturnType<typeof startCli>) =>
    new Promise<void>((done) => {
      child.stderr.on('data', (text: string) => {
        if (text.includes('slow: pass')) done();
      });
    });

  it('by Ctrl-C ends with 130, keeps what is done and leaves nothing of the rest', async () => {
    const child = startCli(words());
    const ended = ending(child);
    await whenSlowFolds(child);
    interrupt(child, 'SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).not.toMatch(/\n\s+at /);
    expect(readdirSync(folder).sort()).toEqual(filesOf('quick'));
  });

  it('by a request to end, sent to the command alone, does the same', async () => {
    const child = startCli(words());
    const ended = ending(child);
    await whenSlowFolds(child);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(130);
    expect(readdirSync(folder).sort()).toEqual(filesOf('quick'));
  });

  it('by a crash has no half-written result', async () => {
    const child = startCli(words());
    const ended = ending(child);
    await whenSlowFolds(child);
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(folder).sort()).toEqual(filesOf('quick'));
    expect(confidence('quick').numResidues).toBe(20);
  });
});
