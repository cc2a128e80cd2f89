/** @file The process that reads long submissions: whole genes by the hundred take longer than a server may pause. */
import { answerQuestions } from '#process/answer-questions';
import { readSubmission, type ReadLimits, type Submission } from './read-submission.js';

/** What the process is asked for: records as JSON, so that the server can take them in one at a time, or pass them on. */
export type ReadingQuestions = { readonly read: (request: ReadingRequest) => string[] };

interface ReadingRequest {
  readonly submission: Submission;
  readonly limits: ReadLimits;
  /** Whether to tell how each chain was translated. */
  readonly withTranslations: boolean;
}

answerQuestions<ReadingQuestions>({
  read: ({ submission, limits, withTranslations }) =>
    readSubmission(submission, limits).map((record) =>
      JSON.stringify(withTranslations ? record : { ...record, translations: undefined }),
    ),
});
