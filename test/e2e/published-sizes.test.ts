/** @file AlphaFold 2 of the published sizes, weights random and int8: on the command line and over REST. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Confidence } from '#predict/files/confidence';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { sequenceOf } from '../bench/full-size/sequence.js';
import {
  syntheticAlphafold2,
  writeSyntheticCheckpoint,
} from '../bench/full-size/synthetic-checkpoint.js';
import { ApiClient } from '../helpers/api-client.js';
import { startTestServer } from '../helpers/server.js';
import { runCli } from './run-cli.js';

const NUM_RESIDUES = 30;
/** A pass takes seconds on two cores; others may want them too. */
const FOLD_MS = 300_000;
const SEQUENCE = sequenceOf(NUM_RESIDUES);
const A3M = `>query\n${SEQUENCE}\n>relative\n${SEQUENCE.slice(0, -5)}-----\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-published-sizes-'));
  mkdirSync(join(folder, 'model'));
  writeSyntheticCheckpoint(join(folder, 'model'), syntheticAlphafold2(), 'int8');
  writeFileSync(join(folder, 'query.a3m'), A3M);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const expectRun = (text: string): void => {
  const { chains, numRecycles, alignment } = JSON.parse(text) as Confidence;
  expect(chains[0]!.plddt).toHaveLength(NUM_RESIDUES);
  expect(numRecycles).toBe(1);
  expect(alignment?.numRows).toBe(2);
};

describe('a checkpoint with 48 blocks', () => {
  it(
    'folds with an alignment on the command line',
    async () => {
      const words = ['--msa', join(folder, 'query.a3m'), '--num-recycles', '1', '-o', folder];
      const { code } = await runCli([
        'predict',
        SEQUENCE,
        '--model',
        join(folder, 'model'),
        ...words,
      ]);
      expect(code).toBe(0);
      expectRun(readFileSync(join(folder, 'sequence-1.confidence.json'), 'utf8'));
    },
    FOLD_MS,
  );

  it(
    'folds over REST, its time estimated and its progress told',
    async () => {
      const server = await startTestServer({}, [forkedPredictor(join(folder, 'model'))]);
      const api = new ApiClient(server.url);
      const job = await api.predict({ sequence: SEQUENCE, alignment: A3M, numRecycles: 1 });
      expect(job.estimate.seconds).toBeGreaterThan(0);
      const events = await api.events(job.id);
      const told = events.filter(({ name }) => name === 'progress').map(({ data }) => data);
      expect(told.map(({ pass }) => pass)).toContain(1);
      expect(told.at(-1)).toMatchObject({ pass: 2, numPasses: 2, numBlocks: 52 });
      expect((await api.job(job.id)).status).toBe('completed');
      expectRun(await (await api.file(job.id, 'confidence.json')).text());
      await server.close();
    },
    FOLD_MS,
  );
});
