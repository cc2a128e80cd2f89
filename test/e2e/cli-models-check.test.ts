/** @file `codonfold models check`: the shipped model comes near the experiment, random weights do not. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

/** Root mean square in the line about CA atoms, Å. */
const rmsdIn = (text: string): number => Number(/^CA atoms: ([\d.]+) Å/m.exec(text)?.[1]);

describe('codonfold models check', () => {
  it('finds the shipped model as near the experiment as its help says', async () => {
    const { out, code } = await runCli(['models', 'check']);
    expect(code).toBe(0);
    expect(out).toMatch(/^codonfold-small \(sha256 [0-9a-f]{12}…\) folds .* in [\d.]+ s$/m);
    expect(rmsdIn(out)).toBeGreaterThan(4);
    expect(rmsdIn(out)).toBeLessThan(4.45);
    expect(out).toContain('TM-score 0.5');
  });

  it('finds an AlphaFold 2 of random weights far away, without being given an alignment', async () => {
    const model = resolve('test/fixtures/alphafold2-tiny/openfold.pt');
    const { out, code } = await runCli(['models', 'check', model]);
    expect(code).toBe(0);
    expect(rmsdIn(out)).toBeGreaterThan(9);
  });

  it('says what is wrong with a model that is not there', async () => {
    const missing = await runCli(['models', 'check', 'esmfold_v1'], {
      environment: { CODONFOLD_CACHE: '/nonexistent' },
    });
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('models pull')]);
  });
});
