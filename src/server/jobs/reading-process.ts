/** @file The process that reads long submissions: whole genes by the hundred take longer than a server may pause. */
import { answerQuestions } from '#server/processes/helper-answers';
import { readSubmission, type ReadLimits, type Submission } from './read-submission.js';

/** What the process is asked for. */
export interface ReadingRequest {
  readonly submission: Submission;
  readonly limits: ReadLimits;
  /** Whether to tell how each chain was translated. */
  readonly withTranslations: boolean;
}

// as JSON, record by record: so the server can take them in one at a time, or pass them on as they are
answerQuestions(({ submission, limits, withTranslations }: ReadingRequest) =>
  readSubmission(submission, limits).map((record) =>
    JSON.stringify(withTranslations ? record : { ...record, translations: undefined }),
  ),
);
