/** @file The child's side of `AskedProcess`. */
import {
  failureOf,
  type Answers,
  type Message,
  type Question,
  type Questions,
} from './messages.js';
import { Assembly, type Piece, piecesOf } from './pieces.js';

/**
 * Answers the questions of the parent process, and ends with it.
 *
 * @param answers by the name of the question; what they throw is told to the parent
 */
export function answerQuestions<All extends Questions>(answers: Answers<All>): void {
  const send = (message: Message): void => {
    // A parent that has gone needs no answer: its end is a 'disconnect'.
    const ignored = (): void => undefined;
    for (const piece of piecesOf(message)) process.send?.(piece, undefined, {}, ignored);
  };
  const assembly = new Assembly();
  const tell = (news: unknown) => {
    send({ kind: 'news', news });
  };
  const reply = async ({ name, question }: Question): Promise<Message> => {
    try {
      const answer = answers[name] as (question: unknown, tell: (news: unknown) => void) => unknown;
      return { kind: 'answer', answer: await answer(question, tell) };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
  };
  process.on('message', (piece: Piece) => {
    const whole = assembly.add(piece);
    if (whole) void reply(whole.message as Question).then(send);
  });
  process.on('disconnect', () => process.exit());
  send({ kind: 'ready' });
}
