import { once } from 'node:events';
import type { Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import { modelsOption, servedModels } from '#cli/served-models';
import { addEngineOptions, addPrecisionOption, type EngineFlags } from '#cli/engine-options';

interface WorkerFlags extends EngineFlags {
  readonly model: readonly string[];
}

const HELP = `
Settings come from the environment. DATABASE_URL and REDIS_URL must be those of the servers; CONCURRENCY and others are
described in src/server/README.md. Start as many workers as you like, on any machine that has the servers' models.`;

/** Adds `codonfold worker`. */
export function addWorker(program: Command): void {
  const command = program
    .command('worker')
    .summary('run the predictions that servers have accepted')
    .description('Take jobs from the queue that servers share, fold them, and store the results.')
    .addOption(modelsOption());
  const otherwise = {
    threads: 'for each prediction; by default an equal share of the cores',
    device: 'by default that of the variable DEVICE, else auto',
    precision: 'by default that of the variable PRECISION, else float32',
  };
  addPrecisionOption(addEngineOptions(command, otherwise), otherwise)
    .addHelpText('after', HELP)
    .action(async ({ model, threads, device, precision }: WorkerFlags) => {
      const [{ readSettings }, { startWorker }] = await Promise.all([
        import('#server/settings'),
        import('#server/worker'),
      ]);
      const signal = interruptSignal();
      const fromEnvironment = readSettings();
      const config = {
        ...fromEnvironment,
        DEVICE: device ?? fromEnvironment.DEVICE,
        PRECISION: precision ?? fromEnvironment.PRECISION,
      };
      const concurrency = config.CONCURRENCY;
      const engine = { device: config.DEVICE, precision: config.PRECISION, threads };
      const models = await servedModels(model, concurrency, engine);
      const running = await startWorker(config, models);
      process.stdout.write('codonfold takes jobs\n');
      if (!signal.aborted) await once(signal, 'abort');
      await running.close();
    });
}
