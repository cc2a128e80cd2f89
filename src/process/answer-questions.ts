/** @file The child's side of `AskedProcess`. */
import {
  failureOf,
  type Answers,
  type Message,
  type Question,
  type Questions,
} from './messages.js';

/**
 * Answers the questions of the parent process, and ends with it.
 *
 * @param answers by the name of the question; what they throw is told to the parent
 */
export function answerQuestions<All extends Questions>(answers: Answers<All>): void {
  // A parent that has gone needs no answer: its end is a 'disconnect'.
  const send = (message: Message) => process.send?.(message, undefined, {}, () => undefined);
  const tell = (news: unknown) => send({ kind: 'news', news });
  const reply = async ({ name, question }: Question): Promise<Message> => {
    try {
      const answer = answers[name] as (question: unknown, tell: (news: unknown) => void) => unknown;
      return { kind: 'answer', answer: await answer(question, tell) };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
  };
  process.on('message', (question: Question) => {
    void reply(question).then(send);
  });
  process.on('disconnect', () => process.exit());
  send({ kind: 'ready' });
}
