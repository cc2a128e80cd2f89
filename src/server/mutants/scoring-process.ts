/** @file The process that scores mutants with a language model, which takes seconds and up to gigabytes. */
import type { LanguageModelRunner } from '#architectures/esmfold/language-model/runner';
import { FoldError } from '#errors';
import { AMINO_ACIDS, scoreMutations } from '#predict/mutation-scores';
import { languageModelRunner, loadLanguageModel } from '#predict/node/load-language-model';
import { answerQuestions } from '#process/answer-questions';
import { openEngine } from '#tensor/engine/open-engine';

/** What the process is asked for. */
export type ScoringQuestions = {
  readonly score: (asked: ScoringRequest) => Promise<ScoredPlaces>;
};

interface ScoringRequest {
  /** Names of language models: the first that fits into memory scores. */
  readonly models: readonly string[];
  readonly sequence: string;
  /** Residues that are masked, one at a time, from 0. */
  readonly places: readonly number[];
  /** Memory that the run may use. */
  readonly megabytes: number;
}

/** What a language model expects at some places. */
export interface ScoredPlaces {
  readonly model: { readonly name: string; readonly sha256: string };
  /** For each place log p(amino acid) - log p(wild type), natural, in the order of `AMINO_ACIDS`. */
  readonly logOdds: readonly (readonly number[])[];
}

interface Opened {
  readonly model: ScoredPlaces['model'];
  readonly runner: LanguageModelRunner;
}

let opened: Opened | undefined;
/** Memory in bytes for the run under way. */
let memoryBytes = 0;

/** The model stays open for the next question. */
async function open(name: string): Promise<LanguageModelRunner> {
  if (opened?.model.name === name) return opened.runner;
  await opened?.runner.close();
  opened = undefined;
  const model = loadLanguageModel(name);
  const runner = languageModelRunner(await openEngine({ device: 'cpu' }), model, () => memoryBytes);
  opened = { model: { name: model.name, sha256: model.sha256 }, runner };
  return runner;
}

async function scoreWith(
  name: string,
  { sequence, places }: ScoringRequest,
): Promise<ScoredPlaces> {
  const runner = await open(name);
  const { logOdds } = await scoreMutations(runner, { name, sequence }, { places });
  const numTypes = AMINO_ACIDS.length;
  const rowOf = (place: number): number[] =>
    Array.from(logOdds.subarray(place * numTypes, (place + 1) * numTypes));
  return { model: opened!.model, logOdds: places.map(rowOf) };
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof FoldError && error.code === 'MEMORY_ESTIMATE';

answerQuestions<ScoringQuestions>({
  async score(asked) {
    memoryBytes = 1e6 * asked.megabytes;
    const { models } = asked;
    for (const name of models.slice(0, -1)) {
      try {
        return await scoreWith(name, asked);
      } catch (error) {
        if (!isTooLarge(error)) throw error;
      }
    }
    return scoreWith(models.at(-1)!, asked);
  },
});
