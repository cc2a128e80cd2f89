import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMmcif } from '#bio-pdb/mmcif/writer';
import { parsePdb } from '#bio-pdb/pdb/reader';
import type { Confidence } from '#predict/files/confidence';
import { compareStructures } from '#structure/compare-structures';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { hits, sends, startPdbService } from '../helpers/pdb-service.js';
import { runCli, TINY_MODEL } from './run-cli.js';

/** Trypsin inhibitor, and a protein of another fold. */
const INHIBITOR = 'test/fixtures/structure/5pti-a.pdb';
const UNRELATED = 'test/fixtures/structure/2hbb-a.pdb';
/** The Kunitz domain of the amyloid precursor protein, three residues inserted in its first loop. */
const RELATIVE = 'EVCSEQAETGGSGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-templates-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fold = (out: string, ...words: string[]) =>
  runCli(['predict', RELATIVE, '-o', join(folder, out), ...words]);
const confidenceIn = (out: string) =>
  JSON.parse(readFileSync(join(folder, out, 'sequence-1.confidence.json'), 'utf8')) as Confidence;
const structureAt = (path: string) =>
  residuesFromStructure(parsePdb(readFileSync(path, 'utf8'), path));
const likeness = (out: string, template = INHIBITOR) =>
  compareStructures(structureAt(join(folder, out, 'sequence-1.pdb')), structureAt(template));

/** A PDB file with some of its lines, changed. */
function changed(name: string, change: (line: string) => string[]): string {
  const path = join(folder, name);
  const lines = readFileSync(INHIBITOR, 'utf8')
    .split('\n')
    .flatMap((line) => {
      return line.startsWith('ATOM') ? change(line) : [line];
    });
  writeFileSync(path, lines.join('\n'));
  return path;
}

describe('codonfold predict --templates', () => {
  it('folds after a relative and says how it is aligned', async () => {
    const { code, err } = await fold('relative', '--templates', UNRELATED, `${INHIBITOR}:A`);
    expect(err).toMatch(
      /template 5pti-a\.pdb chain A: 4\d % identical over 9\d % of the sequence, E \de-1\d/,
    );
    expect(err).toMatch(/query +--EVCSEQAETGGSG/);
    expect(code).toBe(0);
    expect(likeness('relative').tmScore).toBeGreaterThan(0.9);
    const { templates, chains, warnings } = confidenceIn('relative');
    expect(warnings).toEqual([]);
    const [used, unused] = templates!.chains;
    expect(used).toMatchObject({ source: '5pti-a.pdb', chainId: 'A', isUsed: true });
    expect(used!.residues).toHaveLength(RELATIVE.length);
    expect(used!.alignedQuery.replaceAll('-', '')).toBe(RELATIVE);
    expect(used!.alignedTemplate).toHaveLength(used!.alignedQuery.length);
    expect(unused).toMatchObject({ source: '2hbb-a.pdb', isUsed: false });
    const { plddt } = chains[0]!;
    const built = used!.residues.flatMap((number, i) => (number === '' ? [plddt[i]!] : []));
    expect(Math.max(...plddt)).toBeGreaterThan(80);
    expect(Math.max(...built)).toBeLessThan(Math.max(...plddt) - 10);
    expect((await fold('relative', '--templates', UNRELATED, `${INHIBITOR}:A`)).out).toMatch(
      /done before, skipped/,
    );
    expect((await fold('relative')).err).toMatch(/holds the result of other templates/);
  });

  it('folds as without one where it is unrelated, or no protein, and warns', async () => {
    const dna = changed('dna.pdb', (line) =>
      line.slice(12, 16) === ' CA ' ? [`${line.slice(0, 12)} P    DA${line.slice(20)}`] : [],
    );
    await fold('alone');
    const { code, err } = await fold('unrelated', '--templates', UNRELATED, dna);
    expect(code).toBe(0);
    expect(err).toMatch(/warning: .*dna\.pdb has no protein chain/);
    expect(err).toMatch(/warning: sequence-1: no template was used: the best, 2hbb-a\.pdb chain A/);
    const [alone, unrelated] = ['alone', 'unrelated'].map((out) =>
      readFileSync(join(folder, out, 'sequence-1.pdb'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('ATOM')),
    );
    expect(unrelated).toEqual(alone);
    expect(confidenceIn('unrelated').warnings[0]).toMatch(/no template was used/);
  });

  it('reads templates of CA atoms alone, gzipped, with gaps and several models', async () => {
    const trace = changed('trace.pdb', (line) => {
      const number = Number(line.slice(22, 26));
      return line.slice(12, 16) === ' CA ' && (number < 24 || number > 28) ? [line] : [];
    });
    const model = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('ATOM'))
      .join('\n');
    const path = join(folder, 'trace.pdb.gz');
    writeFileSync(
      path,
      gzipSync(`MODEL        1\n${model}\nENDMDL\nMODEL        2\n${model}\nENDMDL\nEND\n`),
    );
    rmSync(trace);
    const { code, err } = await fold('trace', '--templates', path);
    expect(err).toMatch(/template trace\.pdb\.gz chain A/);
    expect(code).toBe(0);
    expect(likeness('trace').tmScore).toBeGreaterThan(0.8);
  });

  it('names what it cannot read, and refuses what a model does not read', async () => {
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'this is no structure\n');
    const refused = await fold('no', '--templates', text);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/error: .*notes\.txt/);
    expect((await fold('no', '--templates', join(folder, 'none.pdb'))).err).toMatch(
      /none\.pdb: no such file/,
    );
    const chain = await fold('no', '--templates', `${INHIBITOR}:Q`);
    expect(chain.err).toMatch(/5pti-a\.pdb has no protein chain Q/);
    expect(chain.err).toMatch(/its protein chains are A/);
    const model = await fold('no', '--model', TINY_MODEL, '--templates', INHIBITOR);
    expect(model.err).toMatch(/reads no templates/);
    const complex = await runCli([
      'predict',
      `${RELATIVE}:${RELATIVE}`,
      '-o',
      join(folder, 'no'),
      '--templates',
      INHIBITOR,
    ]);
    expect(complex.err).toMatch(/templates are read for a single chain/);
  });
});

describe('codonfold library', () => {
  const library = () => join(folder, 'structures.library');
  const search = (out: string, ...words: string[]) => fold(out, '--templates', library(), ...words);

  it('is built from a folder, and lists the files that it could not use', async () => {
    const mirror = join(folder, 'mirror', 'pt');
    mkdirSync(mirror, { recursive: true });
    for (const path of [INHIBITOR, UNRELATED]) copyFileSync(path, join(mirror, basename(path)));
    writeFileSync(join(mirror, 'broken.cif'), 'data_x\nloop_\n');
    const words = ['library', 'build', join(folder, 'mirror'), '-o', library()];
    const { code, out, err } = await runCli(words);
    expect(err).toMatch(/left out pt\/broken\.cif: /);
    expect(out).toMatch(/2 chains, \d+ residues of 3 files, 1 could not be used/);
    expect(code).toBe(0);
    expect((await runCli(words)).err).toMatch(/--overwrite/);
  }, 60_000);

  it('gives the template of a prediction, and a chain of itself to compare with', async () => {
    const { code, err } = await search('searched');
    expect(err).toMatch(/sequence-1: 1 found in .*, best 5pti-a chain A: 4\d % identical/);
    expect(code).toBe(0);
    expect(likeness('searched').tmScore).toBeGreaterThan(0.9);
    expect(confidenceIn('searched').templates!.chains).toMatchObject([
      { source: '5pti-a', chainId: 'A', isUsed: true },
    ]);
    const chain = join(folder, 'extracted.pdb');
    expect((await runCli(['library', 'extract', library(), '5PTI-A:A', '-o', chain])).code).toBe(0);
    expect(compareStructures(structureAt(chain), structureAt(INHIBITOR)).tmScore).toBeCloseTo(1, 3);
  }, 60_000);

  it('leaves out what is not wanted, and tells when the structure itself is known', async () => {
    const left = await search('left', '--template-exclude', '5pti-a');
    expect(left.err).toMatch(/has no relative of it/);
    expect(left.err).toMatch(/no template was used: none was found/);
    const undated = await search('undated', '--template-max-date', '2020-01-01');
    expect(undated.err).toMatch(/has no relative of it/);
    expect((await search('no', '--template-max-date', 'soon')).err).toMatch(/soon is not a date/);
    const wrong = await fold('no', '--templates', INHIBITOR, '--template-max-identity', '0.3');
    expect(wrong.err).toMatch(/choose from a library/);
    const known = await runCli([
      'predict',
      'RPDFCLEPPYTGPCKARIIRYFYNAKAGLCQTFVYGGCRAKRNNFKSAEDCMRTCGGA',
      '-o',
      join(folder, 'known'),
      '--templates',
      library(),
    ]);
    expect(known.err).toMatch(
      /the structure of this sequence is known: 5pti-a chain A; to compare: codonfold library extract/,
    );
  }, 90_000);
});

describe('codonfold predict --templates pdb', () => {
  it('folds after what RCSB finds, and sends nothing of what takes no templates', async () => {
    const cif = writeMmcif({ ...parsePdb(readFileSync(INHIBITOR, 'utf8')), id: '5PTI' });
    const service = await startPdbService([hits('4BAD_1', '5PTI_1')], {
      '5PTI': sends(gzipSync(cif)),
    });
    const environment = { ...service.environment, CODONFOLD_CACHE: join(folder, 'cache') };
    const ask = (out: string, sequence: string, ...words: string[]) => {
      const where = ['-o', join(folder, out), '--templates', 'pdb'];
      return runCli(['predict', sequence, ...where, ...words], { environment });
    };
    try {
      const model = await ask('no', RELATIVE, '--model', TINY_MODEL);
      expect(model.err).toMatch(/reads no templates/);
      const complex = await ask('no', `${RELATIVE}:${RELATIVE}`);
      expect(complex.err).toMatch(/templates are read for a single chain/);
      const short = await ask('short', RELATIVE.slice(0, 24));
      expect(short.err).toMatch(/RCSB searches with 25 residues or more: it is not asked/);
      expect(service.requests).toEqual([]);
      const { code, err } = await ask('rcsb', RELATIVE);
      expect(err).toMatch(/sequence-1: The sequence is sent to 127\.0\.0\.1/);
      expect(err).toMatch(/sequence-1: warning: 4BAD is left out: .* has no file of it/);
      expect(err).toMatch(/sequence-1: 1 found in the PDB, best 5PTI chain A: 4\d % identical/);
      expect(code).toBe(0);
      expect(likeness('rcsb').tmScore).toBeGreaterThan(0.9);
      const { templates } = confidenceIn('rcsb');
      expect(templates!.chains).toMatchObject([{ source: '5PTI', chainId: 'A', isUsed: true }]);
      expect(service.requests.map(({ body }) => body.includes(RELATIVE))).toEqual([
        true,
        false,
        false,
      ]);
    } finally {
      await service.close();
    }
  }, 90_000);
});
