/** @file Opens what we write with the programs of the field: gemmi, Biopython and mkdssp, which CI installs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneLetterCode, parseStructure, writeMmcif, writePdb } from '#bio-pdb/index';
import type { Chain, Structure } from '#bio-pdb/index';
import { VERSION } from '#version';
import { STRUCTURES } from './readable-structures.js';
import { runCli, TINY_MODEL } from './run-cli.js';

/** Debian's Python, for which its packages are, before another one. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
/** Milliseconds for a prediction, or for all readers. */
const PATIENCE = 120_000;
const MA_DICTIONARY = '/usr/share/libcifpp/mmcif_ma.dic';

const runs = (command: string, ...words: string[]): boolean =>
  spawnSync(command, words, { stdio: 'ignore' }).status === 0;
const python = PYTHONS.find((name) => runs(name, '-c', 'import Bio, gemmi'));
const hasDssp = runs('mkdssp', '--version');
const hasGemmi = runs('gemmi', '--version');
/** CI installs the programs, so there a missing one is a failure. */
const mustRun = process.env['CI'] === 'true';
const title = (name: string, isThere: boolean): string =>
  isThere ? name : `${name}: NOT INSTALLED, see .ci/run`;

/** What `read_structures.py` says of a file. */
interface Reading {
  readonly gemmi: {
    readonly name: string;
    readonly models: number;
    readonly chains: Readonly<Record<string, readonly string[]>>;
    readonly sequences: readonly (readonly string[])[];
    readonly atoms: number;
    readonly info: Readonly<Record<string, string>>;
  };
  readonly biopython: {
    readonly models: number;
    readonly chains: Readonly<Record<string, readonly string[]>>;
    readonly atoms: number;
    readonly compound: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly head: string;
    readonly date: string;
  };
  readonly seqres: Readonly<Record<string, string>>;
  readonly atom: Readonly<Record<string, string>>;
  /** Where mkdssp is there and the file holds a fold. */
  readonly dssp?: readonly string[];
}

const UBIQUITIN = 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG';
const CRAMBIN = 'TTCCPSIVARSNFNVCRLPGTPEAICATYTGCIIIPGATCPGDYAN';
const VILLIN = 'LSDEDFKAVFGMTRSAFANLPLWKQQNLKKEKGLF';
/** Names of the predicted records. */
const PREDICTIONS = ['ubiquitin', 'pair', 'twice'];
const folder = mkdtempSync(join(tmpdir(), 'codonfold-readers-'));
const path = (name: string): string => join(folder, name);

/** Structures as we read them, and the files that were written, by name without folder. */
const expected = new Map<string, Structure>();

beforeAll(async () => {
  const records = `>ubiquitin\n${UBIQUITIN}\n>pair\n${CRAMBIN}:${VILLIN}\n>twice\n${VILLIN}:${VILLIN}X\n`;
  const { code, err } = await runCli(
    ['predict', '-', '--model', TINY_MODEL, '--num-recycles', '0', '-o', folder],
    {
      stdin: records,
    },
  );
  expect({ code, err }).toMatchObject({ code: 0 });
  for (const name of PREDICTIONS) {
    for (const file of [`${name}.pdb`, `${name}.cif`]) {
      expected.set(file, parseStructure(readFileSync(path(file)), file));
    }
  }
  for (const [name, make] of Object.entries(STRUCTURES)) {
    const structure = { ...make(), id: make().id || name };
    const files = { [`${name}.pdb`]: writePdb(structure), [`${name}.cif`]: writeMmcif(structure) };
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(path(file), text);
      expected.set(file, structure);
    }
  }
}, PATIENCE);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const files = [...PREDICTIONS, ...Object.keys(STRUCTURES)].flatMap((name) =>
  // A PDB file of chains without letters is what it was read from; only mmCIF can give them names.
  name === 'no-letters' ? [`${name}.cif`] : [`${name}.pdb`, `${name}.cif`],
);
const isCif = (file: string): boolean => file.endsWith('.cif');

/** The chains of the first model as other programs should name them: those without a name only in mmCIF. */
function chainsOf(file: string): Map<string, Chain['residues']> {
  const chains = new Map<string, Chain['residues'][number][]>();
  for (const { id, residues } of expected.get(file)!.models[0]!.chains) {
    for (const residue of residues) {
      if (residue.atoms.length === 0) continue;
      const name = id === '' && isCif(file) ? residue.asymId : id;
      chains.set(name, [...(chains.get(name) ?? []), residue]);
    }
  }
  return chains;
}

const listing = (file: string): Record<string, string[]> =>
  Object.fromEntries(
    [...chainsOf(file)].map(([id, residues]) => [
      id,
      residues.map(({ name, number, insertionCode }) => `${name} ${number}${insertionCode}`),
    ]),
  );

/** Files that hold folds, not only single atoms or straight chains. */
const folded = files.filter((file) => /^(ubiquitin|pair|twice|experimental)/.test(file));

/** Chain and number of the residues that have a whole backbone, without which they have no secondary structure. */
const foldOf = (file: string): string[] =>
  [...chainsOf(file)].flatMap(([id, residues]) =>
    residues
      .filter(({ atoms, sequenceIndex }) => {
        const has = (name: string) => atoms.some((atom) => atom.name === name);
        return sequenceIndex !== null && ['N', 'CA', 'C', 'O'].every(has);
      })
      .map(({ number, insertionCode }) => `${id} ${number}${insertionCode}`),
  );

const numAtoms = (file: string): number =>
  expected
    .get(file)!
    .models.flatMap(({ chains }) => chains.flatMap(({ residues }) => residues))
    .reduce((sum, { atoms }) => sum + atoms.length, 0);

/** Letters of each chain's whole sequence, by the name of the chain. */
function sequencesOf(file: string): Record<string, string> {
  const { entities } = expected.get(file)!;
  const sequences: Record<string, string> = {};
  for (const [id, residues] of chainsOf(file)) {
    const entity = entities.find((each) => each.id === residues[0]!.entityId)!;
    // Biopython knows no names of force fields.
    sequences[id] = entity.sequence
      .map((name) => (/^(HIE|CYX|UNK)$/.test(name) ? 'X' : oneLetterCode(name)))
      .join('');
  }
  return sequences;
}

describe(title('gemmi and Biopython', python !== undefined), () => {
  let readings: Readonly<Record<string, Reading>>;
  beforeAll(() => {
    expect(python ?? mustRun, 'a Python with gemmi and Biopython, see .ci/run').not.toBe(true);
    if (python === undefined) return;
    const script = 'test/e2e/read_structures.py';
    const words = [script, ...files.map(path), '--dssp', ...(hasDssp ? folded.map(path) : [])];
    const text = execFileSync(python, words, { encoding: 'utf8' });
    readings = JSON.parse(text) as typeof readings;
  }, PATIENCE);
  const test = it.skipIf(python === undefined && !mustRun);
  const testWithDssp = it.skipIf((python === undefined || !hasDssp) && !mustRun);

  test.each(files)('read the same models, chains, residues and atoms from %s', (file) => {
    const { gemmi, biopython } = readings[path(file)]!;
    const models = expected.get(file)!.models.length;
    expect({ gemmi: gemmi.chains, biopython: biopython.chains }).toEqual({
      gemmi: listing(file),
      biopython: listing(file),
    });
    expect([gemmi.models, biopython.models]).toEqual([models, models]);
    expect([gemmi.atoms, biopython.atoms]).toEqual([numAtoms(file), numAtoms(file)]);
  });

  test.each(files.filter((file) => !/nucleic/.test(file)))(
    'find the whole sequences of %s',
    (file) => {
      expect(readings[path(file)]!.seqres).toEqual(sequencesOf(file));
    },
  );

  testWithDssp.each(folded)('give the secondary structure of %s', (file) => {
    expect(readings[path(file)]!.dssp).toEqual(foldOf(file));
  });

  test('find molecules, kind and day of a PDB file', () => {
    const pair = readings[path('pair.pdb')]!;
    expect(pair.biopython.head).toMatch(/^computed structure model/);
    expect(pair.biopython.compound).toMatchObject({
      1: { molecule: 'pair, chain a', chain: 'a' },
      2: { molecule: 'pair, chain b', chain: 'b' },
    });
    const barstar = readings[path('experimental.pdb')]!;
    expect(barstar.gemmi.info).toMatchObject({
      '_entry.id': '1BRS',
      '_struct_keywords.pdbx_keywords': 'HYDROLASE INHIBITOR',
      '_pdbx_database_status.recvd_initial_deposition_date': '1993-11-29',
    });
    expect(readings[path('experimental.cif')]!.gemmi.info).toEqual(barstar.gemmi.info);
  });
});

describe(title('mkdssp', hasDssp), () => {
  it.skipIf(!hasDssp && !mustRun).each(folded)('finds every residue of %s', (file) => {
    const words = ['--output-format', 'dssp', path(file), path('out.dssp')];
    expect(spawnSync('mkdssp', words, { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    const [, table] = readFileSync(path('out.dssp'), 'utf8').split(/^ {2}# {2}RESIDUE.*$/m);
    const rows = table!.split('\n').filter((row) => row.length > 13 && row.charAt(13) !== '!');
    expect(rows.map((row) => `${row.charAt(11)} ${row.slice(5, 11).trim()}`)).toEqual(foldOf(file));
  });
});

describe(title('gemmi validate', hasGemmi), () => {
  it.skipIf(!hasGemmi && !mustRun).each(files.filter(isCif))(
    'finds nothing wrong in %s by the dictionary',
    (file) => {
      const { stdout, stderr } = spawnSync('gemmi', ['validate', '-d', MA_DICTIONARY, path(file)], {
        encoding: 'utf8',
      });
      const complaints = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line !== '' && !line.includes('CONTRIBUTED'));
      expect(complaints).toEqual([]);
    },
  );
});

it('says which version of codonfold made a prediction', () => {
  const { modelling } = expected.get('ubiquitin.cif')!;
  expect(modelling!.software[0]).toMatchObject({ name: 'codonfold', version: VERSION });
});
