import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseFasta } from '#sequence/formats/fasta';
import { file, serve, type Answer } from '../unit/weights/file-server.js';
import { cliArguments, ending, interrupt, runCli, startCli, TINY_MODEL } from './run-cli.js';

const INSULIN = 'data/examples/insulin.fasta';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-cli-'));
  writeFileSync(join(folder, 'empty.fasta'), '');
  writeFileSync(join(folder, 'file'), '');
  writeFileSync(join(folder, 'atoms.pdb'), 'ATOM      1  N   MET A   1\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('bad usage and bad input', () => {
  const tiny = ['--model', TINY_MODEL];
  it.each<[string, string[], RegExp]>([
    ['no command', [], /^Usage: codonfold/],
    ['an unknown command', ['predcit'], /unknown command 'predcit'\nhint: .*predict/],
    ['an unknown option', ['predict', 'MK', '--fram'], /--fram'\nhint: .*--frame.*predict --help/],
    ['no input', ['predict'], /missing required argument/],
    ['an unknown frame', ['translate', 'ATG', '--frame', '4'], /--frame.*1, 2, 3, -1, -2, -3/],
    ['an unknown type', ['predict', 'MK', '--type', 'lipid'], /Allowed choices are auto, protein/],
    ['an unknown format', ['predict', 'MK', '--format', 'pdb,xyz'], /Give pdb, cif or both/],
    ['no thread at all', ['predict', 'MK', '--threads', '0'], /--threads.*from 1 on/],
    ['a million threads', ['predict', 'MK', '--threads', '1000000'], /--threads.*at most 1024/],
    [
      'a folder without a name',
      ['predict', 'MK', '-o', ''],
      /the folder has no name\nhint: -o DIR/,
    ],
    ['a fractional count', ['predict', 'MK', '--num-recycles', '1.5'], /Give a whole number/],
    [
      'an unknown genetic code',
      ['translate', 'ATG', '--genetic-code', '7'],
      /no genetic code 7\nhint/,
    ],
    [
      'a file that is not there',
      ['predict', 'no.fasta'],
      /no\.fasta: no such file\nhint: an INPUT/,
    ],
    ['a folder', ['predict', 'data'], /data is a folder\nhint/],
    ['an empty file', ['predict', '%/empty.fasta'], /empty\.fasta holds no sequence/],
    [
      'a file of another kind',
      ['predict', '%/atoms.pdb'],
      /atoms\.pdb:1: this is PDB.*\nhint: .*structure/,
    ],
    ['a refused letter', ['predict', 'MK-V'], /"-" at position 3 is not a residue/],
    ['a protein to translate', ['translate', 'MKVLE'], /is a protein: it has no codons\nhint/],
    ['a protein to search', ['orfs', 'MKVLE'], /is a protein: it has no codons\nhint/],
    ['an unknown model', ['predict', 'MKV', '--model', 'alphafold9'], /alphafold9.*\nhint: Known/],
    ['a folder without weights', ['predict', 'MKV', '--model', 'data'], /data: holds no weights/],
    ['an unknown model to pull', ['models', 'pull', 'x'], /no model is called "x"\nhint/],
    ['standard input twice', ['predict', '-', '-', ...tiny], /"-" is given twice/],
  ])('%s ends with 2, an error and no stack', async (_, words, message) => {
    const at = words.map((word) => word.replace('%', folder));
    const { code, out, err } = await runCli(at);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/);
    if (words.length > 0) expect(err).toContain('error: ');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('a results folder that cannot be made is a failure', async () => {
    const { code, err } = await runCli(['predict', 'MKV', ...tiny, '-o', join(folder, 'file/x')]);
    expect(err).toMatch(/error: .*file\/x cannot be written: .*\nhint: -o DIR/);
    expect(code).toBe(1);
  });

  it.runIf(process.platform === 'linux')('a folder that takes no other ends at once', async () => {
    const { code, err } = await runCli(['predict', 'MKV', ...tiny, '-o', '/proc/x']);
    expect(err).toContain('error: /proc/x cannot be written: /proc takes no new ones');
    expect(code).toBe(1);
  });

  it('a model that is not installed is a failure, and the hint installs it', async () => {
    const environment = { CODONFOLD_CACHE: folder };
    const { code, err } = await runCli(['predict', 'MKV', '--model', 'esmfold_v1'], {
      environment,
    });
    expect(err).toContain('hint: codonfold models pull esmfold_v1');
    expect(code).toBe(1);
  });
});

describe('codonfold help', () => {
  it.each([
    [['help'], /^Usage: codonfold \[/],
    [['--help'], /^Usage: codonfold \[/],
    [['help', 'predict'], /^Usage: codonfold predict /],
    [['help', 'models'], /^Usage: codonfold models /],
    [['models', 'help', 'pull'], /^Usage: codonfold models pull /],
    [['models', 'pull', '--help'], /^Usage: codonfold models pull /],
  ])('of %j is no failure', async (words, usage) => {
    const { code, out, err } = await runCli(words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(usage);
  });

  it.each([[['help', 'nothing']], [['check']], [['data']]])('of %j is one', async (words) => {
    expect((await runCli(words)).code).toBe(2);
  });

  it('names --threads wherever an engine runs', async () => {
    const commands = [
      'predict',
      'embed',
      'mutate',
      'serve',
      'worker',
      'evaluate',
      'check equivariance',
    ];
    for (const command of commands) {
      const { out } = await runCli([...command.split(' '), '--help']);
      expect(out, command).toContain('--threads <number>');
    }
  });
});

describe('codonfold translate', () => {
  it('gives the protein of a gene and of its mRNA, though the record after them is a protein', async () => {
    const { code, out } = await runCli(['translate', INSULIN]);
    expect(code).toBe(2);
    const [gene, mrna, ...others] = parseFasta(out);
    expect(gene!.title).toMatch(/^insulin-gene Human INS/);
    expect(gene!.sequence).toMatch(/^MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLV.*QLENYCN$/);
    expect(mrna!.sequence).toBe(gene!.sequence);
    expect(others).toEqual([]);
  });

  it.each([
    [['ATGAAATAAGGGTGACC', '--frame', '1'], 'MK'],
    [['ATGAAATAAGGGTGACC', '--frame', '1', '--through-stops'], 'MK*G*'],
    [['TTTCATCC', '--frame', '-3', '--through-stops'], 'MK'],
    [['ATGTGAATATAA', '--frame', '1', '--genetic-code', '2'], 'MWM'],
  ])('%j gives %s', async (words, protein) => {
    const { code, out } = await runCli(['translate', ...words]);
    expect(code).toBe(0);
    expect(parseFasta(out)[0]!.sequence).toBe(protein);
  });
});

describe('codonfold orfs', () => {
  const gene = 'ATGGCCCTGTGGATGCGCTGA';
  it('lists frames with their places, what translate takes first', async () => {
    const { code, out } = await runCli(['orfs', gene, '--min-residues', '6']);
    expect(code).toBe(0);
    const [heading, first] = out.split('\n').map((line) => line.split('\t'));
    expect(heading!.slice(0, 5)).toEqual(['record', 'frame', 'start', 'end', 'residues']);
    expect(first).toEqual(['sequence-1', '1', '1', '21', '6', '100%', 'start', 'stop', 'MALWMR']);
  });

  it('writes FASTA that predict reads', async () => {
    const { out } = await runCli(['orfs', gene, '--min-residues', '6', '--fasta']);
    expect(parseFasta(out)[0]).toEqual({
      title: 'sequence-1_1-21 [frame=1]',
      sequence: 'MALWMR',
    });
  });

  it('ends quietly when its reader does', async () => {
    const records = Array.from({ length: 3000 }, (_, i) => `>g${i}\n${gene.repeat(20)}\n`);
    writeFileSync(join(folder, 'many.fasta'), records.join(''));
    const child = startCli(['orfs', join(folder, 'many.fasta'), '--min-residues', '1']);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, err } = await ending(child);
    expect(err).toBe('');
    expect(code).toBe(141);
  });

  it('says so where what it prints cannot be written', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(
      process.execPath,
      cliArguments(['orfs', gene, '--min-residues', '6']),
      {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      },
    );
    closeSync(full);
    expect(stderr).toBe('error: what is printed cannot be written: the disk is full\n');
    expect(status).toBe(1);
  });
});

describe('codonfold models', () => {
  it('lists every model with its licence and whether it is here', async () => {
    const environment = { CODONFOLD_CACHE: folder };
    const { code, out } = await runCli(['models'], { environment });
    expect(code).toBe(0);
    expect(out).toMatch(/^NAME +KIND +HERE +LICENCE +DOWNLOAD +MEMORY +TIME/);
    expect(out).toMatch(
      /^esmfold_v1 +folding +no +MIT +8\.4 GB +1\.\d GB \/ \d\.\d GB +\d+ s \/ \d+ min +0\.68\/0\.83/m,
    );
    const { out: json } = await runCli(['models', '--json'], { environment });
    const all = JSON.parse(json) as { name: string; isHere: boolean; files: object[] }[];
    const esmfold = all.find(({ name }) => name === 'esmfold_v1')!;
    expect(esmfold).toMatchObject({ isHere: false, aliases: ['esmfold'] });
    expect(esmfold.files[1]).toMatchObject({ sha256: expect.stringMatching(/^2ee0/) as string });
  });

  it('installs one, and tells of a file that is not what it should be', async () => {
    const weights = readFileSync('test/fixtures/esm2-tiny/model.safetensors');
    const config = file(Buffer.from('{}'));
    const server = await serve([config, file(weights), config, file(weights)]);
    const environment = { CODONFOLD_CACHE: join(folder, 'cache'), HF_ENDPOINT: server.url };
    try {
      const pulled = await runCli(['models', 'pull', 'esm2_t12_35M_UR50D'], { environment });
      expect(pulled).toMatchObject({ code: 0 });
      expect(pulled.err).toContain('downloading config.json (1/2)');
      expect(pulled.out).toContain('esm2_t12_35M_UR50D is installed in');
      const broken = await runCli(['models', 'pull', 'esm2_t6_8M_UR50D'], { environment });
      expect(broken.err).toMatch(/error: .*model\.safetensors/);
      expect(broken.code).toBe(1);
    } finally {
      await server.close();
    }
  });

  it('says at once that it waits for the network', async () => {
    const environment = {
      CODONFOLD_CACHE: join(folder, 'away'),
      HF_ENDPOINT: 'http://127.0.0.1:1',
    };
    const child = startCli(['models', 'pull', 'esm2_t12_35M_UR50D'], environment);
    const ended = ending(child);
    let said = '';
    child.stderr.on('data', (text: string) => (said += text));
    await vi.waitFor(() => {
      expect(said).toMatch(
        /downloading config\.json \(1\/2\)\nconfig\.json: .*; trying again in 2 s/,
      );
    }, 20_000);
    interrupt(child, 'SIGINT');
    expect((await ended).code).toBe(130);
  });

  it('stops a download at Ctrl-C, and keeps what it has', async () => {
    const cache = join(folder, 'stopped');
    const half: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x'.repeat(500));
    };
    const server = await serve([half]);
    const environment = { CODONFOLD_CACHE: cache, HF_ENDPOINT: server.url };
    const child = startCli(['models', 'pull', 'esm2_t12_35M_UR50D'], environment);
    const ended = ending(child);
    const files = () => readdirSync(join(cache, 'models', 'esm2_t12_35M_UR50D'));
    await vi.waitFor(() => {
      expect(files()).toContain('config.json.part');
    }, 20_000);
    interrupt(child, 'SIGINT');
    const { code, err } = await ended;
    await server.close();
    expect(err).toContain('error: stopped by SIGINT');
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(130);
    expect(files()).toContain('config.json.part');
  });
});

describe('help', () => {
  it.each([
    'predict',
    'translate',
    'orfs',
    'embed',
    'mutate',
    'models',
    'serve',
    'train',
    'data',
    'evaluate',
    'check',
    'export',
  ])('of %s is printed, with the command in the list of all', async (name) => {
    const [own, all] = await Promise.all([runCli([name, '--help']), runCli(['--help'])]);
    expect(own).toMatchObject({ code: 0, err: '' });
    expect(own.out).toContain(`Usage: codonfold ${name}`);
    expect(all.out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it('tells the version of the package', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' });
  });
});
