import type { NamedSequence } from '#architectures/esmfold/language-model/runner';
import { mutatedPlaces, type Mutant } from '#predict/mutants';
import { AMINO_ACIDS } from '#predict/mutation-scores';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { AskedProcess, Asker } from '#process/asked-process';
import { helperProcess } from '#server/helper-process';
import { MODELS } from '#weights/registry';
import type { RegistryModel } from '#weights/registry-model';
import type { ScoredPlaces, ScoringQuestions } from './scoring-process.js';

/** How long one mutant may take: ESM-2 3B needs tens of seconds for a long chain, and to be opened. */
const DEADLINE_SECONDS = 300;
/** How long the process keeps its model when nobody asks. */
const IDLE_MS = 60_000;
/** Memory in MB that a run may use even where predictions leave less: enough for the model of the package. */
const LEAST_MEGABYTES = 1024;
/** Answers that are kept; each is a few hundred bytes. */
const MOST_KEPT = 1000;

/** A substitution, and what the language model would expect there instead. */
export interface ScoredSubstitution {
  readonly wildtype: string;
  readonly position: number;
  readonly mutant: string;
  /** ln p(mutant) - ln p(wild type). */
  readonly logOdds: number;
  /** Probability of each amino acid at this place, the likeliest first. */
  readonly expected: readonly { readonly residue: string; readonly probability: number }[];
}

/** A mutant as a language model sees it. */
export interface MutantScore {
  readonly mutant: string;
  readonly model: ScoredPlaces['model'];
  /** Sum over its substitutions. */
  readonly logOdds: number;
  readonly substitutions: readonly ScoredSubstitution[];
}

/** What {@link MutantScores} works with. */
export interface MutantScoresServices {
  /** Whether a model is on this disk. */
  readonly isHere: (name: string) => boolean;
  /** Memory in MB that predictions leave at the moment. */
  readonly room: () => number;
}

/**
 * Scores mutants with the largest language model that is installed and fits into memory, one at a time, of each client in
 * turn, in a process of its own. The model that comes with the package is the last resort.
 */
export class MutantScores {
  readonly #services: MutantScoresServices;
  readonly #helper: AskedProcess<ScoringQuestions> = helperProcess({
    parent: import.meta.url,
    entry: 'scoring-process',
    deadlineSeconds: DEADLINE_SECONDS,
  });
  /** Answers by models, sequence and places, the one asked for longest ago first. */
  readonly #kept = new Map<string, ScoredPlaces>();
  #idle: NodeJS.Timeout | undefined;

  constructor(services: MutantScoresServices) {
    this.#services = services;
  }

  /**
   * @param chain that the mutant is of, its residues counted from 1
   * @throws FoldError `MEMORY_ESTIMATE`, `HELPER_TIMEOUT`, `PROCESS_DIED`; `JOB_CANCELLED` where the asker has gone
   */
  async score({ sequence }: NamedSequence, mutant: Mutant, asker: Asker): Promise<MutantScore> {
    const places = mutatedPlaces({ firstResidue: 1 }, [mutant]);
    const { model, logOdds } = await this.#placesOf(sequence, places, asker);
    const substitutions = mutant.substitutions.map((substitution) => {
      const row = logOdds[places.indexOf(substitution.position - 1)]!;
      const score = row[AMINO_ACIDS.indexOf(substitution.mutant)]!;
      return { ...substitution, logOdds: score, expected: expectedFrom(row) };
    });
    const sum = substitutions.reduce((total, { logOdds: score }) => total + score, 0);
    return { mutant: mutant.name, model, logOdds: sum, substitutions };
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#helper.close();
  }

  async #placesOf(
    sequence: string,
    places: readonly number[],
    asker: Asker,
  ): Promise<ScoredPlaces> {
    const models = [...installedLanguageModels(this.#services.isHere), DEFAULT_MODEL];
    const key = [models, places, sequence].join(' ');
    const kept = this.#kept.get(key);
    this.#kept.delete(key); // to be set again, as the newest
    const found = kept ?? (await this.#ask({ models, sequence, places }, asker));
    this.#kept.set(key, found);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return found;
  }

  async #ask(
    asked: Omit<Parameters<ScoringQuestions['score']>[0], 'megabytes'>,
    asker: Asker,
  ): Promise<ScoredPlaces> {
    clearTimeout(this.#idle);
    try {
      const megabytes = Math.max(LEAST_MEGABYTES, this.#services.room());
      return await this.#helper.ask('score', { ...asked, megabytes }, asker);
    } finally {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.#helper.close(), IDLE_MS).unref();
    }
  }
}

/** The largest first. */
function installedLanguageModels(isHere: MutantScoresServices['isHere']): string[] {
  const size = ({ files }: RegistryModel): number =>
    files.reduce((sum, { gigabytes = 0 }) => sum + gigabytes, 0);
  return MODELS.filter(({ kind, name }) => kind === 'language-model' && isHere(name))
    .toSorted((a, b) => size(b) - size(a))
    .map(({ name }) => name);
}

function expectedFrom(logOdds: readonly number[]): ScoredSubstitution['expected'] {
  const ratios = logOdds.map(Math.exp);
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  return AMINO_ACIDS.map((residue, i) => ({ residue, probability: ratios[i]! / total })).toSorted(
    (a, b) => b.probability - a.probability,
  );
}
