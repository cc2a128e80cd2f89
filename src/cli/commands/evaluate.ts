import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { wholeNumber } from '#cli/sequence-options';
import { addThreadsOption, type ThreadsFlag } from '#cli/threads-option';
import { FoldError } from '#errors';
import { makeFolder } from '#machine/make-folder';
import { DEFAULT_MODEL, loadModel } from '#predict/node/load-model';
import { localPredictor, type LoadedModel } from '#predict/predictor';
import type { KnownEngine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openDataset } from '#training/data/dataset';
import { chainsOfSplit, evaluate, type EvaluatedModel } from '#training/evaluation/evaluate';
import { evaluationData, formatEvaluation } from '#training/evaluation/evaluation-text';
import { reportFigures } from '#training/evaluation/report-figures';
import { TorsionChains } from '#training/evaluation/torsion-chain';

interface EvaluateFlags extends ThreadsFlag {
  readonly model: string;
  readonly data: string;
  readonly split: string;
  readonly limit?: number;
  readonly numRecycles?: number;
  readonly json?: string;
  readonly report?: string;
}

/** Adds `codonfold evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('compare the predictions of a model with known structures')
    .option('--model <name|dir>', 'what is judged', DEFAULT_MODEL)
    .requiredOption('--data <dir>', 'data set: index.tsv and atom14.i16')
    .option('--split <name>', 'part of the data set', 'val')
    .option('--limit <number>', 'only the first chains', wholeNumber)
    .option(
      '--num-recycles <number>',
      "extra passes; the model's own number by default",
      wholeNumber,
    )
    .option('--json <file>', 'write all numbers here')
    .option('--report <dir>', 'write figures (SVG) here');
  addThreadsOption(command).action(runEvaluate);
}

async function runEvaluate(flags: EvaluateFlags): Promise<void> {
  const dataset = await openDataset(flags.data);
  const records = chainsOfSplit(dataset, flags.split, flags.limit);
  const loaded = loadModel(flags.model);
  const model = evaluatedModel(nodeEngine(flags.threads), loaded, flags);
  try {
    const evaluation = await evaluate(
      dataset,
      records,
      model,
      ({ record, model: scores }, done) => {
        const name = `${record.pdb} ${record.chain}`;
        process.stderr.write(
          `${done}/${records.length} ${name} ${record.length} residues · TM ${scores.tm.toFixed(3)} · lDDT-CA ${scores.lddtCa.toFixed(3)}\n`,
        );
      },
    );
    process.stdout.write(formatEvaluation(evaluation));
    if (flags.json !== undefined) {
      await writeText(flags.json, `${JSON.stringify(evaluationData(evaluation), undefined, 2)}\n`);
    }
    if (flags.report !== undefined) {
      makeFolder(flags.report);
      for (const [name, svg] of reportFigures(evaluation, loaded.name))
        await writeText(join(flags.report, name), svg);
    }
  } finally {
    await model.close();
  }
}

/** A model in this process, its torsions alone beside it where it has them. */
function evaluatedModel(
  engine: KnownEngine,
  loaded: LoadedModel,
  { numRecycles }: EvaluateFlags,
): EvaluatedModel & { close(): Promise<void> } {
  const predictor = localPredictor(engine, loaded);
  const { model, weights } = loaded;
  const torsions =
    model.family === 'esmfold' && model.config.structureModule.startsFromTorsions
      ? new TorsionChains(engine, model.config, weights)
      : undefined;
  return {
    predict: ({ id, sequence }) =>
      predictor.predict({
        name: id,
        chains: [{ id: 'A', sequence }],
        ...(numRecycles === undefined ? {} : { numRecycles }),
      }),
    ...(torsions ? { torsionTrace: ({ sequence }) => torsions.trace(sequence) } : {}),
    async close() {
      await torsions?.close();
      await predictor.close();
    },
  };
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new FoldError('FILE_WRITE', `cannot write ${path}`, { cause });
  });
}
