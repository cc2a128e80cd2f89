import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TOKENS } from '#architectures/esmfold/language-model/tokens';
import type { Answer } from '#client/index';
import { parseFile } from '#weights/node/open-file';
import { findModel } from '#weights/registry';
import { readSafetensors } from '#weights/safetensors';
import { ApiClient } from '../helpers/api-client.js';
import { startTestServer, type TestServer } from '../helpers/server.js';
import { temporaryFolder } from '../helpers/services.js';

type MutantScore = Answer<'getMutantScore'>;

const TINY = resolve('test/fixtures/esm2-tiny');
/** What the golden logits are of: S, the fifth, was masked. */
const SEQUENCE = 'LAGVSERMKTXVRQGWC';
/** Stands where the published model would be. */
const INSTALLED = 'esm2_t6_8M_UR50D';

const cache = temporaryFolder('models');
let server: TestServer;
let api: ApiClient;
let id: string;
beforeAll(async () => {
  vi.stubEnv('CODONFOLD_CACHE', cache);
  vi.stubEnv('HF_HOME', cache);
  server = await startTestServer();
  api = new ApiClient(server.url);
  ({ id } = await api.predict(
    { sequence: `${SEQUENCE}:MKVLAW`, type: 'protein' },
    { prefer: 'wait=10' },
  ));
});
afterAll(async () => {
  await server.close();
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

const ask = (query: string): Promise<Response> => api.file(id, `mutant-score?${query}`);
const scoreOf = async (query: string): Promise<MutantScore> =>
  (await (await ask(query)).json()) as MutantScore;

it('scores mutants with the model of the package where no language model is installed', async () => {
  const single = await scoreOf('mutant=W6A&chain=B');
  expect(single).toMatchObject({ mutant: 'W6A', chain: 'B', model: { name: 'codonfold-small' } });
  const [{ expected }] = single.substitutions as [MutantScore['substitutions'][number]];
  expect(expected.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  const [likeliest, ...others] = expected.map(({ probability }) => probability);
  expect(Math.max(...others)).toBeLessThanOrEqual(likeliest!);
  const of = (letter: string): number =>
    expected.find(({ residue }) => residue === letter)!.probability;
  expect(single.logOdds).toBeCloseTo(Math.log(of('A') / of('W')), 4);
  const twice = await scoreOf('mutant=p.[Trp6Ala;Met1Leu]&chain=B');
  expect(twice.mutant).toBe('W6A:M1L');
  const { logOdds } = await scoreOf('mutant=M1L&chain=B');
  expect(twice.logOdds).toBeCloseTo(single.logOdds + logOdds, 4);
});

it('scores as transformers does, once ESM-2 is installed', async () => {
  const folder = join(cache, 'models', INSTALLED);
  mkdirSync(folder, { recursive: true });
  for (const { path } of findModel(INSTALLED).files)
    copyFileSync(join(TINY, path), join(folder, path));
  const golden = parseFile(join(TINY, 'golden.safetensors'), readSafetensors);
  const numTokens = TOKENS.length;
  const logits = golden.read('masked_logits').slice(5 * numTokens, 6 * numTokens);
  const logit = (letter: string): number => logits[([...TOKENS] as string[]).indexOf(letter)]!;
  // installed models are looked for every five seconds
  await expect
    .poll(async () => (await scoreOf('mutant=S5W')).model.name, { timeout: 15_000 })
    .toBe(INSTALLED);
  const { logOdds, substitutions } = await scoreOf('mutant=S5W');
  expect(logOdds).toBeCloseTo(logit('W') - logit('S'), 4);
  const [likeliest] = substitutions[0]!.expected;
  const best = Array.from('ACDEFGHIKLMNPQRSTVWY').toSorted((a, b) => logit(b) - logit(a))[0];
  expect(likeliest!.residue).toBe(best);
});

it.each([
  ['mutant=A5W', 'chain A has S'],
  ['mutant=S50W', 'chain A has residues 1 to 17'],
  ['mutant=S5W&chain=Q', 'no chain Q'],
  ['mutant=X11A', 'is no substitution'],
  ['mutant=S5*', 'is a stop'],
  ['chain=A', 'mutant'],
  ['mutant=', 'mutant'],
])('refuses %s in words', async (query, words) => {
  const response = await ask(query);
  expect(response.status).toBe(400);
  const { detail, hint } = (await response.json()) as { detail: string; hint?: string };
  expect(`${detail} ${hint ?? ''}`).toContain(words);
});
