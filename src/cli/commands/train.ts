import { join } from 'node:path';
import type { Command } from 'commander';
import { wholeNumber } from '#cli/sequence-options';
import { CODONFOLD_SMALL } from '#model/presets';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openDataset } from '#training/dataset';
import { openNaturalSequences } from '#training/natural-sequences';
import { train } from '#training/train';

interface TrainFlags {
  readonly data: string;
  readonly sequences?: string;
  readonly out: string;
  readonly seed: number;
  readonly maxSteps?: number;
  readonly threads?: number;
}

/** Adds `codonfold train`. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('train codonfold-small on a data set, or go on from its checkpoint')
    .requiredOption('--data <dir>', 'data set: index.tsv and atom14.i16')
    .option('--sequences <file>', 'gzipped FASTA for masked-residue training')
    .option('-o, --out <dir>', 'checkpoint and log', join('.checkpoints', 'codonfold-small'))
    .option('--seed <number>', 'seed of a new run', wholeNumber, 1)
    .option('--max-steps <number>', 'stop after this many steps in all', wholeNumber)
    .option('--threads <number>', 'threads for one operation', wholeNumber)
    .action(async (flags: TrainFlags) => {
      const dataset = await openDataset(flags.data);
      const natural = flags.sequences ? await openNaturalSequences(flags.sequences) : undefined;
      await train(nodeEngine(flags.threads), {
        config: CODONFOLD_SMALL,
        data: { dataset, natural },
        directory: flags.out,
        seed: flags.seed,
        maxSteps: flags.maxSteps,
        onProgress: (line) => process.stdout.write(`${line}\n`),
      });
    });
}
