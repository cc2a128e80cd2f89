/** @file `--num-models`: several models fold each record, and their results are ranked. */
import { Option, type Command } from 'commander';
import { FoldError } from '#errors';
import type { ForkedPredictor } from '#predict/node/forked-predictor';
import { modelSet, type SetMember } from '#weights/node/model-set';
import { foldPrepared, prepareTask, type FoldSettings, type FoldTask } from './fold-record.js';
import { rankResults, stemOf, type Ranking } from './ranked-files.js';
import { print, warn } from './report.js';
import { positiveNumber } from './sequence-options.js';
import { tableLines } from './table.js';

/** What a user says about models. */
export interface ModelFlags {
  readonly model: string;
  readonly numModels?: number;
}

/** Adds `--num-models`. */
export function addNumModels(command: Command): Command {
  return command.addOption(
    new Option(
      '--num-models <number>',
      'how many models of a set to fold with; all of them by default',
    ).argParser(positiveNumber),
  );
}

/**
 * The models that a user asks for.
 *
 * @throws FoldError `USAGE` where there are fewer; `FILE_READ`
 */
export function chosenModels({ model, numModels }: ModelFlags): readonly SetMember[] {
  const members = modelSet(model);
  if (numModels !== undefined && numModels > members.length)
    throw new FoldError(
      'USAGE',
      members.length === 1
        ? `${model} is one model, ${numModels} were asked for`
        : `${model} has ${members.length} models, ${numModels} were asked for`,
      { hint: '--model takes a set, such as alphafold2_ptm, or a folder with several models' },
    );
  return members.slice(0, numModels);
}

/** A model of a set, which is closed while another one folds. */
export interface RankedModel extends SetMember {
  readonly predictor: ForkedPredictor;
}

/**
 * Folds one record with several models, one after the other, so that one is in memory at a time; ranks their results by
 * mean pLDDT. What an earlier run has done is not done again.
 *
 * @param models at least one; each reads templates or does without
 * @throws FoldError as `prepareTask`, `foldPrepared` and `rankResults`
 */
export async function foldRanked(
  task: FoldTask,
  models: readonly RankedModel[],
  settings: FoldSettings,
): Promise<void> {
  const { directory } = settings;
  const { name } = task.request;
  const readsTemplates = ({ predictor }: RankedModel) => predictor.model.readsTemplates;
  const reader = models.find(readsTemplates) ?? models[0]!;
  const prepared = await prepareTask(task, { ...settings, predictor: reader.predictor });
  const { templates, ...withoutTemplates } = prepared.request;
  const stems = new Map<string, string>();
  for (const model of models) {
    const { label, predictor } = model;
    const stem = await stemOf(directory, name, label);
    const isBare = templates !== undefined && !readsTemplates(model);
    const own = isBare
      ? {
          ...prepared,
          request: withoutTemplates,
          warnings: [...prepared.warnings, `${label} reads no templates: it folds without`],
        }
      : prepared;
    if (isBare) warn(own.warnings.at(-1)!, name);
    await foldPrepared(own, { ...settings, predictor }, stem);
    await predictor.close();
    stems.set(label, stem);
  }
  for (const line of rankingLines(await rankResults(directory, name, stems))) print(line);
}

function rankingLines({ name, rankedBy, results }: Ranking): string[] {
  const isComplex = results.some(({ iptm }) => iptm !== undefined);
  const headings = ['RANK', 'MODEL', 'MEAN pLDDT', 'pTM', ...(isComplex ? ['ipTM'] : []), 'FILES'];
  const rows = results.map(({ rank, model, meanPlddt, ptm, iptm, files }) => [
    String(rank),
    model.name,
    meanPlddt.toFixed(1),
    ptm.toFixed(2),
    ...(isComplex ? [iptm?.toFixed(2) ?? ''] : []),
    `${files}.*`,
  ]);
  const by = rankedBy === 'meanPlddt' ? 'mean pLDDT' : '0.8 ipTM + 0.2 pTM';
  return [`${name}: ${results.length} models, ranked by ${by}`, ...tableLines([headings, ...rows])];
}
