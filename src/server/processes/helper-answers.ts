/** @file The child's side of `HelperProcess`. */
import { setPriority } from 'node:os';
import { type ErrorCode, FoldError } from '#errors';
import { type Problem, problemOf } from '#server/http/problem';
import { NICENESS } from './niceness.js';

/** What a helper process says once it can take questions. */
export const READY = 'ready';

/** What a helper process answers: a value, or why there is none. */
export type HelperAnswer<Answer> =
  | { readonly value: Answer }
  | {
      readonly error: {
        readonly message: string;
        /** Of errors that a caller can act on. */
        readonly known?: { readonly code: ErrorCode; readonly problem: Problem };
      };
    };

/**
 * Answers the questions of the parent process, and ends with it.
 *
 * @param answer makes one answer; what it throws is told to the parent
 */
export function answerQuestions<Answer>(
  answer: (question: never) => Answer | Promise<Answer>,
): void {
  const reply = async (question: never): Promise<HelperAnswer<Answer>> => {
    try {
      return { value: await answer(question) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof FoldError)) return { error: { message } };
      return { error: { message, known: { code: error.code, problem: problemOf(error) } } };
    }
  };
  setPriority(NICENESS.helper);
  process.on('message', ({ question }: { question: never }) => {
    void reply(question).then((message) => process.send?.(message));
  });
  process.on('disconnect', () => process.exit());
  process.send?.(READY);
}
