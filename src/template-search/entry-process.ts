/** @file A process that reads structure files for a library: parsing is most of the work of building one. */
import { answerQuestions } from '#process/answer-questions';
import { readEntry, type EntryFile } from './read-entry.js';

/** What the process is asked. */
export interface EntryQuestions {
  readonly [name: string]: (question: never, tell: never) => unknown;
  readonly read: (entry: EntryFile) => Promise<Uint8Array>;
}

answerQuestions<EntryQuestions>({ read: readEntry });
