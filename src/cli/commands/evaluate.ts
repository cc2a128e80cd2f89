import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Option, type Command } from 'commander';
import {
  existingFiles,
  isDoneBefore,
  isOtherPrecision,
  otherPrecision,
  otherWeights,
} from '#cli/existing-result';
import { interruptSignal } from '#cli/interrupt';
import { tell } from '#cli/report';
import { wholeNumber } from '#cli/sequence-options';
import {
  addEngineOptions,
  addPrecisionOption,
  engineFor,
  type EngineFlags,
} from '#cli/engine-options';
import { makeWritableFolder } from '#machine/make-folder';
import { writeWhole } from '#machine/write-whole';
import { DEFAULT_MODEL, loadModel } from '#predict/node/load-model';
import { localPredictor, type LoadedModel } from '#predict/predictor';
import type { KnownEngine, Precision } from '#tensor/engine/engine';
import { openDataset } from '#training/data/dataset';
import {
  chainsOfSplit,
  evaluate,
  type EvaluatedChain,
  type EvaluatedModel,
  type Evaluation,
} from '#training/evaluation/evaluate';
import { EvaluationJournal } from '#training/evaluation/evaluation-journal';
import { evaluationData, formatEvaluation } from '#training/evaluation/evaluation-text';
import { REPORT_FILES, reportFigures } from '#training/evaluation/report-figures';
import {
  compareWithCopying,
  formatCopying,
  nearestRelatives,
  type Relatives,
} from '#training/evaluation/template-evaluation';
import { TorsionChains } from '#training/evaluation/torsion-chain';

interface EvaluateFlags extends EngineFlags {
  readonly model: string;
  readonly data: string;
  readonly split: string;
  readonly limit?: number;
  readonly numRecycles?: number;
  readonly json?: string;
  readonly report?: string;
  readonly templates?: 'homologs';
  readonly overwrite?: true;
}

const HELP = `
With --json, chains that are done are kept in FILE.part, so an interrupted evaluation goes on where it stopped. A file with
results of another model, other chains or recycles is left alone unless --overwrite is given.`;

/** Adds `codonfold evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('compare the predictions of a model with known structures')
    .option('--model <name|dir>', 'model to evaluate', DEFAULT_MODEL)
    .requiredOption('--data <dir>', 'data set: index.tsv and atom14.i16')
    .option('--split <name>', 'part of the data set', 'val')
    .option('--limit <number>', 'only this many chains, from the first on', wholeNumber)
    .option(
      '--num-recycles <number>',
      "extra passes; the model's own number by default",
      wholeNumber,
    )
    .option('--json <file>', 'write all numbers here')
    .option('--report <dir>', 'write figures (SVG) here')
    .addOption(
      new Option(
        '--templates <which>',
        'fold each chain with its best relative in "val_homolog" (at most 90 % identity) as template; chains without one are left out',
      ).choices(['homologs']),
    )
    .option('--overwrite', 'evaluate again even where a result exists');
  addPrecisionOption(addEngineOptions(command)).addHelpText('after', HELP).action(runEvaluate);
}

/** What an evaluation is of; it stands in its JSON file. */
interface Subject {
  readonly model: { readonly name: string; readonly sha256: string };
  readonly split: string;
  /** Of the chains and their places in the data set. */
  readonly chainsSha256: string;
  readonly numRecycles: number;
  readonly templates?: 'homologs';
  /** Absent in files from before it was recorded: float32. */
  readonly precision?: Precision | undefined;
}

async function runEvaluate(flags: EvaluateFlags): Promise<void> {
  const { json, report, split } = flags;
  const signal = interruptSignal();
  const engine = await engineFor(flags);
  if (json !== undefined) makeWritableFolder(dirname(json));
  if (report !== undefined) makeWritableFolder(report);
  const dataset = await openDataset(flags.data);
  const all = chainsOfSplit(dataset, split, flags.limit);
  const relatives = flags.templates && nearestRelatives(dataset, all);
  const records = relatives ? [...relatives.keys()] : all;
  const loaded = loadModel(flags.model);
  const subject: Subject = {
    model: { name: loaded.name, sha256: loaded.sha256 },
    split,
    chainsSha256: createHash('sha256').update(JSON.stringify(records)).digest('hex'),
    numRecycles: flags.numRecycles ?? loaded.model.numRecycles,
    precision: engine.facts.precision,
    ...(flags.templates ? { templates: flags.templates } : {}),
  };
  const figures = report === undefined ? [] : REPORT_FILES.map((name) => join(report, name));
  if (json !== undefined && !flags.overwrite && (await isEvaluated(subject, json, figures))) return;
  const journal = json === undefined ? undefined : new EvaluationJournal(json, subject);
  if (journal && journal.done.size > 0)
    tell(`${journal.done.size} of ${records.length} chains were done before, skipped`);
  const model = evaluatedModel(engine, loaded, { ...flags, relatives });
  let evaluation: Evaluation;
  try {
    evaluation = await evaluate(dataset, records, model, {
      ...(journal ? { known: journal.done } : {}),
      signal,
      onChain(chain, done) {
        journal?.add(chain);
        tell(chainLine(chain, done, records.length));
      },
    });
  } catch (error) {
    if (journal && signal.aborted) tell('what is done is kept; the same command goes on');
    signal.throwIfAborted();
    throw error;
  } finally {
    await model.close();
  }
  process.stdout.write(formatEvaluation(evaluation));
  const copies = relatives && compareWithCopying(dataset, evaluation, relatives);
  if (copies) process.stdout.write(formatCopying(copies));
  if (report !== undefined)
    for (const [name, svg] of reportFigures(evaluation, loaded.name))
      await writeWhole(join(report, name), svg);
  if (json !== undefined) {
    const data = { subject, ...evaluationData(evaluation), ...(copies ? { copies } : {}) };
    await writeWhole(json, `${JSON.stringify(data, undefined, 2)}\n`);
    journal?.remove();
  }
}

function chainLine({ record, model }: EvaluatedChain, done: number, numChains: number): string {
  const name = `${record.pdb} ${record.chain}`;
  const scores = `TM ${model.tm.toFixed(3)} · lDDT-CA ${model.lddtCa.toFixed(3)}`;
  return `${done}/${numChains} ${name} ${record.length} residues · ${scores}`;
}

/** @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result */
async function isEvaluated(
  wanted: Subject,
  json: string,
  figures: readonly string[],
): Promise<boolean> {
  const found = await existingFiles({ description: json, others: figures }, (data) => {
    const { subject } = data as { readonly subject: Subject };
    if (subject.model.sha256 !== wanted.model.sha256) return otherWeights(subject.model.name);
    if (subject.chainsSha256 !== wanted.chainsSha256) return 'the result of other chains';
    if (isOtherPrecision(subject.precision, wanted.precision))
      return otherPrecision(subject.precision);
    if (subject.templates !== wanted.templates) return 'the result of other templates';
    return subject.numRecycles === wanted.numRecycles
      ? undefined
      : `a result with ${subject.numRecycles} recycles`;
  });
  const words = { does: 'evaluates', doing: 'evaluating' };
  return isDoneBefore(found, {
    name: wanted.model.name,
    description: json,
    where: json,
    ...words,
  });
}

/** A model in this process, its torsions alone beside it where it has them. */
function evaluatedModel(
  engine: KnownEngine,
  loaded: LoadedModel,
  {
    numRecycles,
    relatives,
  }: Pick<EvaluateFlags, 'numRecycles'> & { readonly relatives?: Relatives | undefined },
): EvaluatedModel & { close(): Promise<void> } {
  const predictor = localPredictor(engine, loaded);
  const { model, weights } = loaded;
  const torsions =
    model.family === 'esmfold' && model.config.startsFromFoldedChain
      ? new TorsionChains(engine, model.config, weights)
      : undefined;
  return {
    predict: (record, signal) =>
      predictor.predict(
        {
          name: record.id,
          chains: [{ id: 'A', sequence: record.sequence }],
          numRecycles,
          templates: relatives && [relatives.get(record)!.chain],
        },
        signal ? { signal } : {},
      ),
    ...(torsions ? { torsionTrace: ({ sequence }) => torsions.trace(sequence) } : {}),
    async close() {
      await torsions?.close();
      await predictor.close();
    },
  };
}
