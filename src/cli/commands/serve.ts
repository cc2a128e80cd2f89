import { once } from 'node:events';
import type { Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import {
  addServingOptions,
  modelOpener,
  servedModels,
  type ServingFlags,
  settingsWith,
} from '#cli/served-models';

const HELP = `
Settings come from the environment: PORT, HOST, DATA_DIR, DATABASE_URL, REDIS_URL and others, all described in
src/server/README.md. By default the page and the API are at http://127.0.0.1:3000, and predictions lie in ./var.`;

/** Adds `codonfold serve`. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('serve the page and the REST API')
    .description('Take sequences from the page and the REST API, fold them, and keep the results.');
  addServingOptions(command)
    .addHelpText('after', HELP)
    .action(async (flags: ServingFlags) => {
      const [{ readSettings }, { startServer }] = await Promise.all([
        import('#server/settings'),
        import('#server/server'),
      ]);
      const signal = interruptSignal();
      const config = settingsWith(readSettings(), flags);
      const concurrency = config.CONCURRENCY;
      const engine = { device: config.DEVICE, precision: config.PRECISION, threads: flags.threads };
      const models = await servedModels(flags.model, concurrency, engine);
      const open = modelOpener(concurrency, engine);
      const running = await startServer(config, models, {
        openModel: (name) => Promise.resolve(open(name).pool),
      });
      process.stdout.write(`codonfold is at ${running.url}\n`);
      if (!signal.aborted) await once(signal, 'abort');
      await running.close();
    });
}
