import type { Command } from 'commander';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { exportModel } from '#training/run/export';

/** Adds `codonfold export`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write the weights of a training run as a model that `predict --model` takes')
    .argument('<run>', 'folder that `codonfold train` wrote')
    .requiredOption('--data <dir>', 'data set that it was trained on, for the manifest')
    .requiredOption('-o, --out <dir>', 'folder of the model')
    .action(async (run: string, { data, out }: { data: string; out: string }) => {
      const about = { model: 'codonfold-small', config: CODONFOLD_SMALL, data };
      const { weights, training } = await exportModel(run, out, about);
      process.stdout.write(
        `${out}: ${(weights.bytes / 1e6).toFixed(1)} MB after ${training.steps} steps, sha256 ${weights.sha256}\n`,
      );
    });
}
