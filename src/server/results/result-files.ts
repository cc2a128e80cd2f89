import { FoldError } from '#errors';
import type { AskedProcess } from '#process/asked-process';
import type { JobRecord } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';
import type { SubmissionRecord } from '#store/submission';
import { attentionName, type AttentionSelect } from './attention-maps.js';
import type { FileQuestions } from './file-process.js';
import type { FileName } from '#predict/files/file-names';
import type { ResultFile } from './render-file.js';
import { ResultCache } from './result-cache.js';

/** What {@link ResultFiles} works with. */
export interface ResultFilesServices {
  readonly store: PredictionStore;
  /** Runs `file-process`. */
  readonly helper: Pick<AskedProcess<FileQuestions>, 'ask'>;
  /** Has a job computed again whose stored result is damaged. */
  readonly repeat: (job: JobRecord) => Promise<void>;
  readonly cacheMegabytes: number;
}

/** Who asks for a file. */
export interface FileAsker {
  readonly client: string;
  /** Told whether the file was in memory. */
  readonly onOutcome: (outcome: 'hit' | 'miss') => void;
}

/** The files of results, made in a process of their own. */
export class ResultFiles {
  readonly #services: ResultFilesServices;
  readonly #cache: ResultCache;

  constructor(services: ResultFilesServices) {
    this.#services = services;
    this.#cache = new ResultCache(services.cacheMegabytes);
  }

  /**
   * A file of a completed submission.
   *
   * @param submission completed
   * @param name which file
   * @param asker who asks
   * @throws FoldError `PREDICTION_DAMAGED`, while it is computed again
   */
  file(
    submission: SubmissionRecord,
    name: FileName,
    { client, onOutcome }: FileAsker,
  ): Promise<ResultFile> {
    const key = `${submission.id}/${name}/${submission.finishedAt ?? 0}`;
    return this.#cache.get(key, () => this.#make(submission, name, client), onOutcome);
  }

  /**
   * Attention weights as JSON.
   *
   * @param submission completed
   * @param select which weights
   * @param options the weights, `[N, N]` little-endian float32, and who asks
   */
  attentionJson(
    submission: SubmissionRecord,
    select: AttentionSelect,
    { weights, client, onOutcome }: FileAsker & { readonly weights: Uint8Array },
  ): Promise<ResultFile> {
    const key = `${submission.id}/attention-${attentionName(select)}`;
    const { numResidues } = submission.job;
    const asked = { ...select, numResidues, weights };
    const make = () => this.#services.helper.ask('attention', asked, { client });
    return this.#cache.get(key, make, onOutcome);
  }

  /** Forgets the files of a submission that was deleted. */
  forget(submissionId: string): void {
    this.#cache.forget(submissionId);
  }

  async #make(
    { job, name: ownName, chains, input, finishedAt = 0 }: SubmissionRecord,
    name: FileName,
    client: string,
  ): Promise<ResultFile> {
    const { store, helper, repeat } = this.#services;
    const prediction = (await store.results.read(job.id)) ?? new Uint8Array();
    // the getters of codons are not sent to another process, what they give is
    const withCodons = chains.map((chain) => ({ ...chain }));
    const { title, warnings } = input;
    const madeAt = job.finishedAt ?? finishedAt;
    const submission = { name: ownName, title, chains: withCodons, warnings, madeAt };
    try {
      return await helper.ask('file', { prediction, name, submission }, { client });
    } catch (error) {
      if (!(error instanceof FoldError) || error.code !== 'PREDICTION_DAMAGED') throw error;
      await repeat(job);
      throw new FoldError(error.code, error.message, {
        hint: 'it is being computed again: ask for it later',
        cause: error,
      });
    }
  }
}
