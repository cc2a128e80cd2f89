import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const INHIBITOR = 'test/fixtures/structure/5pti-a.pdb';
const NOISY = 'test/fixtures/structure/5pti-a-noisy.pdb';
const BARNASE_INHIBITOR = 'test/fixtures/structure/1brs-d.pdb';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-compare-'));
  const atoms = (path: string, chain: string): string =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('ATOM'))
      .map((line) => `${line.slice(0, 21)}${chain}${line.slice(22)}\n`)
      .join('');
  const [one, other] = [atoms(BARNASE_INHIBITOR, 'A'), atoms(INHIBITOR, 'B')];
  writeFileSync(
    join(folder, 'models.pdb'),
    `MODEL        1\n${one}TER\n${other}TER\nENDMDL\nMODEL        7\n${atoms(NOISY, 'B')}TER\nENDMDL\nEND\n`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('codonfold compare', () => {
  it('finds the chain and prints scores as JSON', async () => {
    const { code, out } = await runCli(['compare', INHIBITOR, `${folder}/models.pdb`, '--json']);
    expect(code).toBe(0);
    const found = JSON.parse(out) as Record<string, unknown>;
    expect(found).toMatchObject({
      structure: { file: INHIBITOR, model: 1, chain: 'A', numResidues: 58 },
      reference: { model: 1, chain: 'B', numResidues: 58 },
      ...{ pairing: 'numbers', numPaired: 58, coverage: 1, identity: 1, warnings: [] },
      ...{ rmsd: 0, gdtTs: 1, lddt: 1, lddtCa: 1 },
    });
    expect(found['tmScore']).toBeCloseTo(1, 9);
    expect(found).not.toHaveProperty('residues');
  });

  it('takes the chain and the model that are named, and says what is low', async () => {
    const words = ['compare', `${folder}/models.pdb`, INHIBITOR, '--chain', 'B:A', '--model', '7:'];
    const { code, out, err } = await runCli([...words, '--per-residue']);
    expect(code).toBe(0);
    expect(out).toMatch(/model 7, chain B, 53 residues/);
    expect(out).toMatch(/^TM-score +0\.803\d +mostly the same fold$/m);
    expect(out).toMatch(/^ARG 1 +ARG 1 +\d/m);
    expect(out).toMatch(/^LEU 6 +PHE 6 /m);
    expect(err).toMatch(/^warning: .*models\.pdb: PHE 6 of chain B has no place/);
    const shape = await runCli(['compare', BARNASE_INHIBITOR, INHIBITOR]);
    expect(shape.out).toMatch(/paired +33 residues by shape/);
    expect(shape.out).toMatch(/^TM-score +0\.2965 +no more alike than unrelated proteins$/m);
    expect(shape.err).toMatch(/^warning: only 57 % of the reference's residues are paired/);
  });

  it('reads one of both from standard input', async () => {
    const stdin = readFileSync(INHIBITOR);
    const { out } = await runCli(['compare', '-', INHIBITOR], { stdin });
    expect(out).toMatch(/^structure +standard input, model 1, chain A/);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a chain that is not there',
      [INHIBITOR, '--chain', 'A:Q'],
      /no protein chain Q\nhint: .* A$/m,
    ],
    ['a model that is not there', [INHIBITOR, '--model', '2'], /no model 2\nhint: its only model/],
    ['three chains', [INHIBITOR, '--chain', 'A:B:C'], /Give one for each file/],
    ['an unknown way to pair', [INHIBITOR, '--pair-by', 'luck'], /numbers, sequence, structure/],
    ['a file that is not there', ['absent.pdb'], /absent\.pdb: no such file\nhint: give a PDB/],
    ['standard input twice', ['-'], /"-" is given twice/],
  ])('%s ends with 2 and an error', async (_, words, message) => {
    const first = words[0] === '-' ? '-' : INHIBITOR;
    const { code, err } = await runCli(['compare', first, ...words]);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
