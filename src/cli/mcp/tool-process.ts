/** @file The process that reads and compares for tools: what a client sends may take longer than others can wait for. */
import { answerQuestions } from '#process/answer-questions';
import type { Submission } from '#server/http/body-fields';
import type { ReadRecord } from '#server/http/read-request';
import type { Answer } from './answer.js';
import { comparison, type ComparisonInput } from './comparison.js';
import { readSequences } from './input.js';
import { translation } from './translation.js';

/** What the process is asked for. */
export type ToolQuestions = {
  readonly read: (input: Submission) => ReadRecord[];
  readonly translate: (input: Submission) => Answer;
  readonly compare: (input: ComparisonInput) => Answer;
};

answerQuestions<ToolQuestions>({
  read: readSequences,
  translate: translation,
  compare: comparison,
});
