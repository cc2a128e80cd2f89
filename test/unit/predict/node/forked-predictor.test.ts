import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { forkedPredictor } from '#predict/node/forked-predictor';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-forked-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

it('hashes weights once: the model process takes over what its parent has found', async () => {
  cpSync('test/fixtures/esmfold-tiny/checkpoint', directory, { recursive: true });
  const predictor = forkedPredictor(directory, { numThreads: 1 });
  const weights = join(directory, 'model.safetensors');
  const bytes = readFileSync(weights);
  bytes[bytes.length - 4]! ^= 1; // the last digit of a weight: another hash, if it were made now
  writeFileSync(weights, bytes);
  try {
    const { model } = await predictor.predict({
      name: 'short',
      chains: [{ id: 'A', sequence: 'MKTAYIAK' }],
      numRecycles: 0,
    });
    expect(model.sha256).toBe(predictor.model.sha256);
  } finally {
    await predictor.close();
  }
});
