/** @file The process that reads long requests: whole genes by the hundred take longer than a server may pause. */
import { answerQuestions } from '#process/answer-questions';
import type { BodyLimits, RequestBody } from './body-fields.js';
import { type ReadLimits, readRequest, type ReadRequest } from './read-request.js';

/** What the process is asked for. */
export type ReadingQuestions = {
  readonly read: (asked: {
    readonly body: RequestBody;
    readonly limits: BodyLimits & ReadLimits;
  }) => ReadRequest;
};

answerQuestions<ReadingQuestions>({ read: ({ body, limits }) => readRequest(body, limits) });
