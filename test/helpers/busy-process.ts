/** @file A process for tests of `AskedProcess`. */
import { ParseError } from '#errors';
import { answerQuestions } from '#process/answer-questions';

/** What it can be asked. */
export type BusyQuestions = {
  /** Does nothing else for so many milliseconds; its id. */
  readonly work: (milliseconds: number) => number;
  /** Tells each number up to this one, then answers with it. */
  readonly count: (to: number, tell: (number: number) => void) => number;
  readonly fail: (how: 'as we do' | 'as a bug does') => never;
  /** Ends itself. */
  readonly exit: () => void;
};

answerQuestions<BusyQuestions>({
  work(milliseconds) {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
    return process.pid;
  },
  count(to, tell) {
    for (let number = 1; number <= to; number++) tell(number);
    return to;
  },
  fail(how) {
    if (how === 'as a bug does') throw new TypeError('x is not a function');
    const at = { source: 'given.pdb', line: 7 };
    throw new ParseError('PARSE_PDB', 'not a number', at, { hint: 'look at it' });
  },
  exit: () => process.exit(3),
});
