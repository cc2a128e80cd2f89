import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCheckpoint } from '#training/run/checkpoint';
import { CHECKPOINT_FILE, LOG_FILE } from '#training/run/train';
import { readTrainingLog } from '#training/run/training-log';
import { temporaryFolder } from '../../unit/training/tiny.js';

const SCRIPT = fileURLToPath(new URL('train-tiny.ts', import.meta.url));

const start = (directory: string) =>
  spawn(process.execPath, ['--import', 'tsx', '--conditions=source', SCRIPT, directory], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

async function finish(directory: string): Promise<void> {
  const [code] = (await once(start(directory), 'exit')) as [number | null];
  expect(code).toBe(0);
}

const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** Lets training write a checkpoint, then a little more, and kills it. */
async function killAfter(directory: string, milliseconds: number): Promise<void> {
  const path = join(directory, CHECKPOINT_FILE);
  const before = await changedAt(path);
  const child = start(directory);
  const exit = once(child, 'exit');
  while ((await changedAt(path)) === before && child.exitCode === null) await sleep(5);
  await sleep(milliseconds);
  child.kill('SIGKILL');
  await exit;
}

const withoutTime = ({ samples, loss, terms, validation }: Awaited<ReturnType<typeof readTrainingLog>>[0]) => ({ samples, loss, terms, validation }); // prettier-ignore

describe('training that is killed', () => {
  it('leaves a whole checkpoint at any moment and ends as if it had never been killed', async () => {
    const [quiet, killed] = [await temporaryFolder(), await temporaryFolder()];
    await finish(quiet);
    const steps: number[] = [];
    for (const milliseconds of [0, 23, 90]) {
      await killAfter(killed, milliseconds);
      steps.push((await loadCheckpoint(join(killed, CHECKPOINT_FILE)))!.totalSteps);
    }
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps[0]).toBeLessThan(100);
    await finish(killed);

    const [expected, got] = await Promise.all(
      [quiet, killed].map((directory) => loadCheckpoint(join(directory, CHECKPOINT_FILE))),
    );
    expect(got!.totalSteps).toBe(100);
    expect({ ...got, seconds: 0 }).toEqual({ ...expected, seconds: 0 });
    const logs = await Promise.all(
      [quiet, killed].map((directory) => readTrainingLog(join(directory, LOG_FILE))),
    );
    expect(logs[1]!.map(withoutTime)).toEqual(logs[0]!.map(withoutTime));
    expect(logs[0]!.map(({ samples }) => samples)).toEqual([40, 80, 120, 120, 140, 140, 160, 160]);
  });
});
