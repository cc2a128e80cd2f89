/** @file A server, or with `worker` as argument a worker, with a fake model, as a process of its own. */
import { FoldError } from '#errors';
import type { PredictionRequest } from '#predict/prediction';
import { readSettings } from '#server/settings';
import { type RunningServer, startServer } from '#server/server';
import { startWorker } from '#server/worker';
import { fakePredictor } from './fake-predictor.js';

const usualMs = Number(process.env['FAKE_DURATION_MS'] ?? 20);
const slowMs = Number(process.env['FAKE_SLOW_MS'] ?? 60_000);
const durationMs = ({ chains }: PredictionRequest): number =>
  chains[0]!.sequence.startsWith('W'.repeat(10)) ? slowMs : usualMs;
/** A sequence that ends the model process. */
const POISON = /^C{10}/;
const onStart = ({ chains }: PredictionRequest): void => {
  if (POISON.test(chains[0]!.sequence)) throw new FoldError('PROCESS_DIED', 'poisoned');
};
const sha256 = (process.env['FAKE_WEIGHTS'] ?? 'f').padEnd(64, 'f');
const readsAlignments = process.env['FAKE_READS_ALIGNMENTS'] === '1';
const readsTemplates = process.env['FAKE_READS_TEMPLATES'] === '1';
const predictors = [
  fakePredictor({ durationMs, onStart, sha256, readsAlignments, readsTemplates }),
];

try {
  const config = readSettings();
  const running =
    process.argv[2] === 'worker'
      ? await startWorker(config, predictors)
      : await startServer(config, predictors);
  process.once('SIGTERM', () => {
    void running.close().then(() => process.exit(0));
  });
  process.stdout.write(`ready ${(running as Partial<RunningServer>).url ?? ''}\n`);
} catch (error) {
  const code = error instanceof FoldError ? error.code : 'INTERNAL';
  process.stderr.write(`${code}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
