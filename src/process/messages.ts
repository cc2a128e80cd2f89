/** @file What a process says to the one that asks it. */
import { FoldError, messageOf } from '#errors';

/** What can be asked, by name; an answer may be preceded by news of how far it is. */
export type Questions = Readonly<Record<string, (question: never, tell: never) => unknown>>;

/** What is put into a question of this name. */
export type Asked<All extends Questions, Name extends keyof All> = Parameters<All[Name]>[0];

/** What it is answered with. */
export type Answered<All extends Questions, Name extends keyof All> = Awaited<
  ReturnType<All[Name]>
>;

/** What is told before the answer. */
export type Told<All extends Questions, Name extends keyof All> =
  Parameters<All[Name]> extends [unknown, (news: infer News) => void] ? News : never;

/** How a process answers; that may take time. */
export type Answers<All extends Questions> = {
  readonly [Name in keyof All]: (
    question: Asked<All, Name>,
    tell: (news: Told<All, Name>) => void,
  ) => Answered<All, Name> | Promise<Answered<All, Name>>;
};

/** One question to a process. */
export interface Question {
  readonly name: string;
  readonly question: unknown;
}

/** An error on its way between processes. */
export interface Failure {
  readonly message: string;
  /** What a `FoldError` has beside its message; absent for a bug. */
  readonly known?: Pick<FoldError, 'code' | 'hint' | 'details'>;
}

/** What a process says: it can take questions, how far it is, the answer, or why there is none. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'news'; readonly news: unknown }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** @param error anything that was thrown */
export function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  if (!(error instanceof FoldError)) return { message };
  const { code, hint, details } = error;
  return { message, known: { code, hint, details } };
}

/** The error that a process ran into, as its own. */
export function errorOf({ message, known }: Failure): Error {
  if (!known) return new Error(message);
  const { code, hint, details } = known;
  return new FoldError(code, message, { hint, details });
}
