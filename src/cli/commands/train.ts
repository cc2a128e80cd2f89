import { join } from 'node:path';
import type { Command } from 'commander';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { deviceOption, engineFor } from '#cli/engine-options';
import { interruptSignal } from '#cli/interrupt';
import { print, tell } from '#cli/report';
import { positiveNumber, wholeNumber } from '#cli/sequence-options';
import { availableCores } from '#machine/available-cores';
import { makeWritableFolder } from '#machine/make-folder';
import type { Device } from '#tensor/engine/device';
import { forkedEngine } from '#tensor/engine/forked-engine';
import { isCertain } from '#tensor/engine/open-engine';
import { openDataset } from '#training/data/dataset';
import { openNaturalSequences } from '#training/data/natural-sequences';
import { startFromModel } from '#training/run/start-from-model';
import { train } from '#training/run/train';

interface TrainFlags {
  readonly data: string;
  readonly sequences?: string;
  readonly out: string;
  readonly from?: string;
  readonly firstStage?: string;
  readonly seed: number;
  readonly maxSteps?: number;
  readonly processes: number;
  readonly device?: Device | undefined;
}

const HELP = `
Ctrl-C ends a run after the current step, with a checkpoint; the same command goes on from it.`;

/** Adds `codonfold train`. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('train codonfold-small on a data set, or go on from its checkpoint')
    .requiredOption('--data <dir>', 'data set: index.tsv and atom14.i16')
    .option('--sequences <file>', 'gzipped FASTA for masked-residue training')
    .option(
      '-o, --out <dir>',
      'folder for the checkpoint and the log',
      join('.checkpoints', 'codonfold-small'),
    )
    .option(
      '--from <model>',
      'weights that a new run starts from: a folder, or the name of a model; tensors of another shape are initialised anew',
    )
    .option('--first-stage <name>', 'stage that a new run begins with; the first by default')
    .option('--seed <number>', 'seed of a new run', wholeNumber, 1)
    .option('--max-steps <number>', 'stop after this many steps in all', wholeNumber)
    .option(
      '--processes <number>',
      'number of processes, of one thread each, that work side by side on the CPU; by default OMP_NUM_THREADS, or one for each core that this process may use',
      positiveNumber,
      availableCores(),
    )
    .addOption(deviceOption('auto, the default, takes CUDA if it works, else processes on the CPU'))
    .addHelpText('after', HELP)
    .action(async (flags: TrainFlags) => {
      const signal = interruptSignal();
      const onDevice = isCertain(flags) ? undefined : await engineFor(flags);
      makeWritableFolder(flags.out);
      const dataset = await openDataset(flags.data);
      const natural = flags.sequences ? await openNaturalSequences(flags.sequences) : undefined;
      const forked = onDevice ? [] : Array.from({ length: flags.processes }, forkedEngine);
      try {
        const { totalSteps } = await train(onDevice ? [onDevice] : forked, {
          signal,
          config: CODONFOLD_SMALL,
          data: { dataset, natural },
          directory: flags.out,
          seed: flags.seed,
          from: flags.from ? await startFromModel(flags.from, CODONFOLD_SMALL) : undefined,
          firstStage: flags.firstStage,
          maxSteps: flags.maxSteps,
          onProgress: print,
        });
        if (signal.aborted) tell(`checkpoint after ${totalSteps} steps; the same command goes on`);
        signal.throwIfAborted();
      } finally {
        for (const engine of forked) await engine.close();
      }
    });
}
