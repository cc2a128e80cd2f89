import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Assembly, type Piece, piecesOf } from '#process/pieces';

const MEGABYTE = 1 << 20;
const numbers = Float32Array.from({ length: MEGABYTE }, (_, i) => i);

function afterTheWay(message: unknown): {
  readonly pieces: readonly Piece[];
  readonly got: unknown;
} {
  const pieces = [...piecesOf(message)];
  const assembly = new Assembly();
  const whole = pieces.map((piece) => assembly.add(structuredClone(piece)));
  expect(whole.slice(0, -1).every((each) => each === undefined)).toBe(true);
  return { pieces, got: whole.at(-1)?.message };
}

describe('a message in pieces', () => {
  it.each([
    ['nothing', undefined],
    ['small things', { name: 'work', question: { milliseconds: 5, bytes: new Uint8Array(8) } }],
    [
      'a large array and a small one',
      { kind: 'answer', answer: { numbers, few: numbers.slice(0, 3) } },
    ],
    ['part of a larger buffer', { answer: numbers.subarray(7, 7 + MEGABYTE / 2) }],
    [
      'large arrays in a list',
      { answer: { weights: [numbers, 'between', new Uint8Array(3 * MEGABYTE).fill(7)] } },
    ],
    ['a text longer than a piece', { question: { text: 'Å…'.repeat(MEGABYTE) } }],
    ['a large array alone', numbers],
  ])('is put together again: %s', (_, message) => {
    expect(isDeepStrictEqual(afterTheWay(message).got, message)).toBe(true);
  });

  it('is one piece where nothing in it is large, and else none is larger than others', () => {
    expect(afterTheWay({ name: 'work', question: 5 }).pieces).toHaveLength(1);
    const { pieces } = afterTheWay({ answer: { bytes: new Uint8Array(5 * MEGABYTE) } });
    expect(pieces).toHaveLength(6);
    for (const piece of pieces)
      if (piece.kind === 'bytes') expect(piece.bytes.length).toBe(MEGABYTE);
  });

  it('leaves what was sent as it was', () => {
    const message = { answer: { numbers } };
    afterTheWay(message);
    expect(message.answer.numbers).toBe(numbers);
  });

  it('is followed by the next', () => {
    const assembly = new Assembly();
    const texts = ['a', 'b'].map((letter) => letter.repeat(2 * MEGABYTE));
    const got = texts.flatMap((text) => [...piecesOf(text)].map((piece) => assembly.add(piece)));
    expect(got.flatMap((whole) => (whole ? [whole.message] : []))).toEqual(texts);
  });
});
