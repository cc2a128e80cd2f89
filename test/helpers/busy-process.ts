/** @file A helper process that answers with its id after so many milliseconds in which it does nothing else. */
import { answerQuestions } from '#server/processes/helper-answers';

answerQuestions((milliseconds: number) => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
  return process.pid;
});
