import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrainingLog } from '#training/run/training-log';
import { temporaryFolder } from './tiny.js';

const step = (samples: number, loss: number) => ({ stage: 'a', step: samples, samples, loss });
const evaluation = (samples: number) => ({
  stage: 'a',
  step: samples,
  samples,
  validation: { loss: 1 },
});

async function read(lines: readonly string[]) {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await writeFile(path, lines.join('\n'));
  return readTrainingLog(path);
}

describe('readTrainingLog', () => {
  it('replaces the steps that a kill undid by the ones done again', async () => {
    const first = [step(1, 9), step(2, 8), evaluation(2), step(3, 7)];
    const again = [step(2, 8.5), evaluation(2), step(3, 7.5)];
    const entries = await read([...first, ...again].map((entry) => JSON.stringify(entry)));
    expect(entries).toEqual([step(1, 9), ...again]);
  });

  it('passes over a line that was cut short', async () => {
    expect(await read([JSON.stringify(step(1, 9)), '{"stage":"a","st'])).toEqual([step(1, 9)]);
  });

  it('is empty where there is no log', async () => {
    expect(await readTrainingLog(join(await temporaryFolder(), 'none'))).toEqual([]);
  });
});
