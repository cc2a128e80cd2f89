import { setImmediate as immediate } from 'node:timers/promises';
import { alignmentId, fractionDone, templatesId, workloadOf } from '#architectures/family';
import { refuseTemplatesOfComplexes, templateWarnings } from '#architectures/requested-templates';
import type { AlignmentSource } from '#alignment-search/found-alignment';
import { arrangementOf } from '#confidence/arrangement';
import { verdictOf } from '#confidence/verdict';
import { refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import { availableMemory } from '#machine/available-memory';
import { confidenceCategory } from '#predict/files/confidence';
import { chainPairsOf } from '#predict/files/chain-pairs';
import { pdbRefusal } from '#predict/files/result-files';
import type {
  Prediction,
  PredictionProgress,
  PredictionRequest,
  Predictor,
} from '#predict/prediction';
import { refuseWhatIsNotRead, warningsOnRequest } from '#predict/predictor';
import { countResidues } from '#sequence/chain';
import { withAlignment, type AlignmentFlags } from './alignment-options.js';
import { existingResult, isDoneBefore, type Wanted } from './existing-result.js';
import type { Progress } from './progress-bar.js';
import { print, tell, warn } from './report.js';
import { resultPaths, writeResult, type StructureFormat } from './result-folder.js';
import type { TemplateFinder } from './template-finder.js';
import { templateLines } from './template-options.js';

/** What all records of a run share, and all models. */
export interface FoldSettings {
  readonly directory: string;
  readonly formats: readonly StructureFormat[];
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly bar: Progress;
  /** Where alignments come from; absent where there are none. */
  readonly alignments?: { readonly source: AlignmentSource; readonly flags: AlignmentFlags };
  /** Known structures of relatives; absent where none were asked for. */
  readonly templates?: TemplateFinder;
}

/** What all records of a run share that one model folds. */
export interface FoldRun extends FoldSettings {
  readonly predictor: Predictor;
}

/** A request with what its result files shall say of the input. */
export interface FoldTask {
  readonly request: PredictionRequest;
  readonly warnings: readonly string[];
}

/** A request that holds all that is known of its chains, and the files that take its structure. */
export interface PreparedTask extends FoldTask {
  readonly formats: readonly StructureFormat[];
}

/** Levels of confidence in words. */
export const CATEGORY_WORDS = {
  veryHigh: 'very high',
  high: 'high',
  low: 'low',
  veryLow: 'very low',
};

/**
 * Folds one record and writes its files, unless they are there already.
 *
 * @throws FoldError as {@link prepareTask} and {@link foldPrepared}
 */
export async function foldRecord(task: FoldTask, run: FoldRun): Promise<void> {
  await foldPrepared(await prepareTask(task, run), run);
}

/**
 * Gives a request its templates and its alignment, which is searched for now where it has to be.
 *
 * @throws FoldError `REQUEST_INVALID` where the model does not read them; `JOB_CANCELLED`; `STRUCTURE_UNWRITABLE` where no
 *   wanted format takes the structure; what is wrong with the alignment
 */
export async function prepareTask(task: FoldTask, run: FoldRun): Promise<PreparedTask> {
  const { predictor, signal } = run;
  signal.throwIfAborted();
  const formats = writableFormats(task.request, run.formats);
  const { model } = predictor;
  const asked = await withTemplates(task.request, run);
  refuseWhatIsNotRead({ name: model.name, model }, asked);
  const request = await aligned(asked, run);
  return { request, warnings: [...task.warnings, ...warningsOn(request, predictor)], formats };
}

/**
 * Folds what is prepared and writes its files, unless they are there already.
 *
 * @param stem how the names of its files begin; the name of the record where absent
 * @throws FoldError `MEMORY_ESTIMATE`, `FILE_WRITE` (also where files of another input bear its name), `JOB_CANCELLED`,
 *   `STRUCTURE_UNWRITABLE`
 */
export async function foldPrepared(
  { request, warnings, formats }: PreparedTask,
  run: FoldRun,
  stem: string = request.name,
): Promise<void> {
  const { predictor, directory, signal } = run;
  const where = resultPaths(directory, stem)[formats[0] ?? 'confidence'];
  const wanted = { ...(await wantedOf(request, predictor)), stem, formats };
  if (!run.overwrite && (await isDone(wanted, directory, where))) return;
  const estimate = predictor.estimate(workloadOf(request));
  refuseWhatCannotFit(`${request.name}: ${countResidues(request.chains)} residues`, {
    needed: 1e6 * estimate.megabytes,
    available: availableMemory(),
  });
  const began = performance.now();
  const onProgress = progressReporter(stem, estimate.seconds, run.bar);
  let prediction: Prediction;
  try {
    prediction = await predictor.predict(request, { signal, onProgress });
  } catch (error) {
    await immediate(); // Ctrl-C reaches the model's process too; our own signal handler may be about to run
    signal.throwIfAborted();
    throw error;
  } finally {
    run.bar.clear();
  }
  tellOfTemplates(prediction);
  await writeResult(directory, prediction, { formats, warnings, stem });
  const seconds = (performance.now() - began) / 1000;
  print(summaryLine(stem, prediction, seconds, where));
  tellOfChains(stem, prediction);
}

/** The request with its alignment, where there are any. */
async function aligned(
  request: PredictionRequest,
  { alignments, predictor, signal }: FoldRun,
): Promise<PredictionRequest> {
  if (!alignments) return request;
  const { model } = predictor;
  refuseWhatIsNotRead({ name: model.name, model }, { alignment: { text: '' } });
  const onMessage = (message: string) => {
    tell(`${request.name}: ${message}`);
  };
  return withAlignment(request, alignments.source, { flags: alignments.flags, signal, onMessage });
}

/** The request with its templates, which are searched for now where they have to be. */
async function withTemplates(
  request: PredictionRequest,
  { templates: finder, predictor, signal }: FoldRun,
): Promise<PredictionRequest> {
  if (!finder) return request;
  const { model } = predictor;
  refuseWhatIsNotRead({ name: model.name, model }, { templates: [] });
  refuseTemplatesOfComplexes(request.chains.length);
  const onMessage = (message: string) => {
    tell(`${request.name}: ${message}`);
  };
  const { sequence } = request.chains[0]!;
  const { templates, notes } = await finder.find(sequence, { signal, onMessage });
  notes.forEach(onMessage);
  return { ...request, templates };
}

/** Says which templates a prediction was folded after. */
function tellOfTemplates({ name, templates }: Prediction): void {
  if (templates) for (const line of templateLines(templates)) tell(`${name}: ${line}`);
  for (const warning of templateWarnings(templates)) warn(warning, name);
}

/** Pairs of chains beyond these are only in the files. */
const MOST_PAIRS = 10;

/** Says how the chains of a complex lie to each other, the best pairs first. */
function tellOfChains(stem: string, prediction: Prediction): void {
  const { complex } = prediction;
  const pairs = chainPairsOf(prediction);
  if (pairs.length === 0) return;
  print(`${stem}: ${arrangementOf(pairs, complex?.iptm).text}`);
  const shown = pairs.toSorted((a, b) => (b.iptm ?? 0) - (a.iptm ?? 0)).slice(0, MOST_PAIRS);
  for (const { chains, iptm, pae, contacts } of shown) {
    const score = iptm === undefined ? '' : `ipTM ${iptm.toFixed(2)}, `;
    const touching = `${contacts} ${contacts === 1 ? 'contact' : 'contacts'}`;
    print(`  ${chains.join(' – ')}: ${score}PAE ${pae.toFixed(1)} Å, ${touching}`);
  }
  const left = pairs.length - shown.length;
  if (left > 0) print(`  and ${left} more pairs in ${stem}.confidence.json`);
}

/** What a user should know of how a request suits a model; said now, and written into the results. */
function warningsOn(request: PredictionRequest, { model }: Predictor): string[] {
  const warnings = warningsOnRequest(request, model).map(
    (warning) => `${warning}; --msa says where to find some`,
  );
  for (const warning of warnings) warn(warning, request.name);
  return warnings;
}

/** The wanted formats that take the structure; says which one does not. @throws FoldError `STRUCTURE_UNWRITABLE` */
function writableFormats(
  { name, chains }: PredictionRequest,
  wanted: readonly StructureFormat[],
): readonly StructureFormat[] {
  const refusal = wanted.includes('pdb') ? pdbRefusal(chains) : undefined;
  if (!refusal) return wanted;
  const others = wanted.filter((format) => format !== 'pdb');
  if (others.length === 0) throw refusal;
  warn(`no PDB file is written: ${refusal.message}`, name);
  return others;
}

/** What a result must have been made of to count as the one asked for. */
async function wantedOf(
  request: PredictionRequest,
  { model, engine }: Predictor,
): Promise<Omit<Wanted, 'stem' | 'formats'>> {
  return {
    request,
    modelSha256: model.sha256,
    numRecycles: request.numRecycles ?? model.numRecycles,
    precision: engine?.precision,
    alignment: request.alignment && (await alignmentId(request.alignment)),
    templates: request.templates && (await templatesId(request.templates)),
  };
}

/** @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result */
async function isDone(wanted: Wanted, directory: string, where: string): Promise<boolean> {
  return isDoneBefore(await existingResult(directory, wanted), {
    name: wanted.stem,
    description: resultPaths(directory, wanted.stem).confidence,
    where,
    does: 'folds',
    doing: 'folding',
  });
}

/** Draws a bar on a terminal, writes a line a pass elsewhere. */
function progressReporter(name: string, seconds: number, bar: Progress) {
  const began = performance.now();
  if (!bar.isTerminal) tell(`${name}: folding, about ${Math.ceil(seconds)} s on two cores`);
  bar.draw(0, name, 'starting');
  let confidence = '';
  return (progress: PredictionProgress): void => {
    const { pass, numPasses, block, numBlocks, plddt, change } = progress;
    const elapsed = `${((performance.now() - began) / 1000).toFixed(0)} s`;
    const at = Math.min(pass + 1, numPasses);
    if (plddt) confidence = `pLDDT ${meanOf(plddt).toFixed(1)} `;
    const blocks = `pass ${at}/${numPasses} block ${block}/${numBlocks}`;
    bar.draw(fractionDone(progress), name, `${confidence}${blocks} ${elapsed}`);
    if (!plddt || bar.isTerminal) return;
    const moved = change === undefined ? '' : `, distances moved by ${change.toFixed(2)} Å`;
    tell(`${name}: pass ${pass} of ${numPasses}, mean ${confidence.trim()}${moved}`);
  };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const FOLD_WORDS = {
  right: 'the fold is probably right',
  unclear: 'the fold may be right or wrong',
  wrong: 'the fold is probably wrong',
} as const;

function summaryLine(name: string, prediction: Prediction, seconds: number, where: string): string {
  const { plddt, meanPlddt, ptm } = prediction;
  const category = CATEGORY_WORDS[confidenceCategory(meanPlddt)];
  const onDevice = prediction.engine ? ` on ${prediction.engine.device}` : '';
  const { fold } = verdictOf({
    model: prediction.model.name,
    templates: prediction.templates,
    ptm,
    plddt: [Array.from(plddt)],
  });
  return `${name}: ${plddt.length} residues, mean pLDDT ${meanPlddt.toFixed(1)} (${category}), pTM ${ptm.toFixed(2)} (${FOLD_WORDS[fold]}), ${seconds.toFixed(1)} s${onDevice} → ${where}`;
}
