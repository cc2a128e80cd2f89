/** @file A checkpoint with one damaged weight, at every door. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../helpers/api-client.js';
import { poisoned } from '../helpers/poisoned.js';
import { testSettings } from '../helpers/server.js';
import { spawnCodonfold } from '../helpers/server-process.js';
import { runCli, TINY_MODEL } from './run-cli.js';

/** A gate, where a sigmoid makes 1 of infinity: nothing else would tell. */
const GATE = 'trunk.blocks.0.tri_mul_out.linear_g.bias';
const LAYER = 'esm.encoder.layer.0.output.dense.weight';
const MESSAGE = (tensor: string) =>
  new RegExp(
    `error: the weights are damaged: value \\d+ of \\d+ in "${tensor}" is .*\\nhint: get the checkpoint again`,
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-damaged-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a damaged weight', () => {
  it.each([
    ['predict', TINY_MODEL, GATE, 'out'],
    ['embed', resolve('test/fixtures/esm2-tiny'), LAYER, 'out.json'],
    ['mutate', resolve('test/fixtures/esm2-tiny'), LAYER, 'out'],
  ])('ends codonfold %s without a result', async (command, model, tensor, out) => {
    const damaged = poisoned(model, tensor, Infinity);
    const target = join(folder, out);
    const { code, err } = await runCli([command, 'MKVLE', '--model', damaged, '-o', target]);
    expect(err).toMatch(MESSAGE(tensor));
    expect(code).toBe(2);
    expect(existsSync(target) && readdirSync(target).length > 0).toBe(false);
  });

  it.each(['int8', 'float16'])('ends codonfold models convert to %s', async (precision) => {
    const damaged = poisoned(TINY_MODEL, GATE, NaN);
    const words = ['models', 'convert', damaged, '--precision', precision, '-o', folder];
    const { code, err } = await runCli(words);
    expect(err).toMatch(MESSAGE(GATE));
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends codonfold check', async () => {
    const damaged = poisoned(TINY_MODEL, 'trunk.structure_module.ipa.linear_q.weight', Infinity);
    const words = ['check', 'equivariance', '--rounds', '1', '--model', damaged];
    const { code, err } = await runCli(words);
    expect(err).toMatch(/error: the weights are damaged: .*ipa\.linear_q/);
    expect(code).toBe(2);
  });

  it('fails a job of a server, which says why and that the model does not work', async () => {
    const server = await spawnCodonfold(
      ['serve', '--model', poisoned(TINY_MODEL, GATE, NaN)],
      testSettings(folder),
    );
    try {
      const api = new ApiClient(server.url);
      const job = await api.predict('MKVLE', { prefer: 'wait=60' });
      expect(job).toMatchObject({
        status: 'failed',
        error: {
          code: 'WEIGHTS_NOT_FINITE',
          detail: expect.stringContaining(`in "${GATE}" is NaN`) as string,
          hint: expect.stringContaining('get the checkpoint again') as string,
        },
      });
      for (const name of ['structure.pdb', 'pae.json', 'confidence.json'])
        expect((await api.file(job.id, name)).status, name).toBe(409);
      await vi.waitFor(async () => {
        expect(await (await api.fetch('/health/ready')).json()).toMatchObject({ model: 'failing' });
      }, 20_000);
    } finally {
      await server.close();
    }
  });
});
