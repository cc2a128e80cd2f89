import { once } from 'node:events';
import type { Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import {
  addServingOptions,
  servedModels,
  type ServingFlags,
  settingsWith,
} from '#cli/served-models';

const HELP = `
Settings come from the environment. DATABASE_URL and REDIS_URL must be those of the servers; CONCURRENCY and others are
described in src/server/README.md. Start as many workers as you like, on any machine that has the servers' models.`;

/** Adds `codonfold worker`. */
export function addWorker(program: Command): void {
  const command = program
    .command('worker')
    .summary('run the predictions that servers have accepted')
    .description('Take jobs from the queue that servers share, fold them, and store the results.');
  addServingOptions(command)
    .addHelpText('after', HELP)
    .action(async (flags: ServingFlags) => {
      const [{ readSettings }, { startWorker }] = await Promise.all([
        import('#server/settings'),
        import('#server/worker'),
      ]);
      const signal = interruptSignal();
      const config = settingsWith(readSettings(), flags);
      const concurrency = config.CONCURRENCY;
      const engine = { device: config.DEVICE, precision: config.PRECISION, threads: flags.threads };
      const models = await servedModels(flags.model, concurrency, engine);
      const running = await startWorker(config, models);
      process.stdout.write('codonfold takes jobs\n');
      if (!signal.aborted) await once(signal, 'abort');
      await running.close();
    });
}
