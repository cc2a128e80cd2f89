import { setImmediate as immediate } from 'node:timers/promises';
import { workloadOf } from '#architectures/family';
import { FoldError } from '#errors';
import { confidenceCategory } from '#predict/files/confidence';
import { pdbRefusal } from '#predict/files/result-files';
import type {
  Prediction,
  PredictionProgress,
  PredictionRequest,
  Predictor,
} from '#predict/prediction';
import { countResidues } from '#sequence/chain';
import { existingResult, type Wanted } from './existing-result.js';
import { checkMemory } from './memory.js';
import type { ProgressBar } from './progress-bar.js';
import { print, tell } from './report.js';
import { resultPaths, writeResult, type StructureFormat } from './result-folder.js';

/** What all records of a run share. */
export interface FoldRun {
  readonly predictor: Predictor;
  readonly directory: string;
  readonly formats: readonly StructureFormat[];
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly bar: ProgressBar;
}

/** A request with what its result files shall say of the input. */
export interface FoldTask {
  readonly request: PredictionRequest;
  readonly warnings: readonly string[];
}

const CATEGORY_WORDS = { veryHigh: 'very high', high: 'high', low: 'low', veryLow: 'very low' };

/**
 * Folds one record and writes its files, unless they are there already.
 *
 * @throws FoldError `MEMORY_ESTIMATE`, `FILE_WRITE` (also where files of another input bear its name), `JOB_CANCELLED`,
 *   `STRUCTURE_UNWRITABLE` before the run where no wanted format takes the structure
 */
export async function foldRecord({ request, warnings }: FoldTask, run: FoldRun): Promise<void> {
  const { predictor, directory, signal } = run;
  signal.throwIfAborted();
  const formats = writableFormats(request, run.formats);
  if (!run.overwrite && (await isDone(request, { ...run, formats }))) return;
  const estimate = predictor.estimate(workloadOf(request));
  checkMemory(`${request.name}: ${countResidues(request.chains)} residues`, estimate);
  const began = performance.now();
  const onProgress = progressReporter(request.name, estimate.seconds, run.bar);
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
  await writeResult(directory, prediction, { formats, warnings });
  const seconds = (performance.now() - began) / 1000;
  print(summaryLine(prediction, seconds, whereOf(directory, request.name, formats)));
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
  tell(`warning: ${name}: no PDB file is written: ${refusal.message}`);
  return others;
}

/** @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result */
async function isDone(
  request: PredictionRequest,
  { predictor, directory, formats }: FoldRun,
): Promise<boolean> {
  const { sha256: modelSha256, numRecycles } = predictor.model;
  const wanted: Wanted = {
    request,
    modelSha256,
    numRecycles: request.numRecycles ?? numRecycles,
    formats,
  };
  const found = await existingResult(directory, wanted);
  if (typeof found === 'object')
    throw new FoldError(
      'FILE_WRITE',
      `${resultPaths(directory, request.name).confidence} holds ${found.differs}`,
      { hint: '--overwrite replaces it; -o DIR writes elsewhere' },
    );
  if (found === 'incomplete')
    tell(`${request.name}: the files there are incomplete; folding again`);
  if (found !== 'complete') return false;
  const where = whereOf(directory, request.name, formats);
  print(`${request.name}: done before, skipped (--overwrite folds again) → ${where}`);
  return true;
}

/** Draws a bar on a terminal, writes a line a pass elsewhere. */
function progressReporter(name: string, seconds: number, bar: ProgressBar) {
  const began = performance.now();
  if (!bar.isTerminal) tell(`${name}: folding, about ${Math.ceil(seconds)} s on two cores`);
  bar.draw(0, name, 'starting');
  return ({ pass, numPasses, block, numBlocks, plddt }: PredictionProgress): void => {
    const fraction = (pass + block / numBlocks) / numPasses;
    const elapsed = `${((performance.now() - began) / 1000).toFixed(0)} s`;
    const at = Math.min(pass + 1, numPasses);
    bar.draw(fraction, name, `pass ${at}/${numPasses} block ${block}/${numBlocks} ${elapsed}`);
    if (plddt && !bar.isTerminal)
      tell(`${name}: pass ${pass} of ${numPasses}, mean pLDDT ${meanOf(plddt).toFixed(1)}`);
  };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function summaryLine(prediction: Prediction, seconds: number, where: string): string {
  const { name, plddt, meanPlddt, ptm } = prediction;
  const category = CATEGORY_WORDS[confidenceCategory(meanPlddt)];
  return `${name}: ${plddt.length} residues, mean pLDDT ${meanPlddt.toFixed(1)} (${category}), pTM ${ptm.toFixed(2)}, ${seconds.toFixed(1)} s → ${where}`;
}

/** The file a person opens first. */
function whereOf(directory: string, name: string, formats: readonly StructureFormat[]): string {
  return resultPaths(directory, name)[formats[0] ?? 'confidence'];
}
