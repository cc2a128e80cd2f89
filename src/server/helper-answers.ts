/** @file The child's side of `HelperProcess`. */
import { type ErrorCode, FoldError } from '#errors';
import { type Problem, problemOf } from './problem.js';

/** What a helper process answers: a value, or why there is none. */
export type HelperAnswer<Answer> =
  | { readonly id: number; readonly value: Answer }
  | {
      readonly id: number;
      readonly error: {
        readonly message: string;
        /** Of errors that a caller can act on. */
        readonly known?: { readonly code: ErrorCode; readonly problem: Problem };
      };
    };

/** What it is asked. */
export interface HelperQuestion<Question> {
  readonly id: number;
  readonly question: Question;
}

/**
 * Answers the questions of the parent process, and ends with it.
 *
 * @param answer makes one answer; what it throws is told to the parent
 */
export function answerQuestions<Answer>(
  answer: (question: never) => Answer | Promise<Answer>,
): void {
  const reply = async ({ id, question }: HelperQuestion<never>): Promise<HelperAnswer<Answer>> => {
    try {
      return { id, value: await answer(question) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof FoldError)) return { id, error: { message } };
      return { id, error: { message, known: { code: error.code, problem: problemOf(error) } } };
    }
  };
  process.on('message', (question: HelperQuestion<never>) => {
    void reply(question).then((message) => process.send?.(message));
  });
  process.on('disconnect', () => process.exit());
}
