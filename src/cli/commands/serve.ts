import { once } from 'node:events';
import type { Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import { modelOpener, modelsOption, servedModels } from '#cli/served-models';
import { addEngineOptions, addPrecisionOption, type EngineFlags } from '#cli/engine-options';

interface ServeFlags extends EngineFlags {
  readonly model: readonly string[];
}

const HELP = `
Settings come from the environment: PORT, HOST, DATA_DIR, DATABASE_URL, REDIS_URL and others, all described in
src/server/README.md. By default the page and the API are at http://127.0.0.1:3000, and predictions lie in ./var.`;

/** Adds `codonfold serve`. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('serve the page and the REST API')
    .description('Take sequences from the page and the REST API, fold them, and keep the results.')
    .addOption(modelsOption());
  const otherwise = {
    threads: 'for each prediction; by default an equal share of the cores',
    device: 'by default that of the variable DEVICE, else auto',
    precision: 'by default that of the variable PRECISION, else float32',
  };
  addPrecisionOption(addEngineOptions(command, otherwise), otherwise)
    .addHelpText('after', HELP)
    .action(async ({ model, threads, device, precision }: ServeFlags) => {
      const [{ readSettings }, { startServer }] = await Promise.all([
        import('#server/settings'),
        import('#server/server'),
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
      const open = modelOpener(concurrency, engine);
      const running = await startServer(config, models, {
        openModel: (name) => Promise.resolve(open(name).pool),
      });
      process.stdout.write(`codonfold is at ${running.url}\n`);
      if (!signal.aborted) await once(signal, 'abort');
      await running.close();
    });
}
