import { once } from 'node:events';
import type { Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import { modelsOption, servedModels } from '#cli/served-models';
import { addThreadsOption, type ThreadsFlag } from '#cli/threads-option';

interface WorkerFlags extends ThreadsFlag {
  readonly model: readonly string[];
}

const HELP = `
Settings come from the environment: DATABASE_URL and REDIS_URL, those of the servers, are needed; CONCURRENCY and others
are described in src/server/README.md. Start as many workers as wanted, on any machine, with the models of the servers.`;

/** Adds `codonfold worker`. */
export function addWorker(program: Command): void {
  const command = program
    .command('worker')
    .summary('fold what servers on any machine accept')
    .description('Take jobs from the queue that servers share, fold them, store the results.')
    .addOption(modelsOption());
  addThreadsOption(command, 'of each prediction; an equal share of the cores if left out')
    .addHelpText('after', HELP)
    .action(async ({ model, threads }: WorkerFlags) => {
      const [{ readConfig }, { startWorker }] = await Promise.all([
        import('#server/config'),
        import('#server/worker'),
      ]);
      const signal = interruptSignal();
      const config = readConfig();
      const running = await startWorker(config, servedModels(model, config.CONCURRENCY, threads));
      process.stdout.write('codonfold takes jobs\n');
      if (!signal.aborted) await once(signal, 'abort');
      await running.close();
    });
}
