import { expect, it } from 'vitest';
import { arrangementOf, chainsApart } from '#confidence/arrangement';

const pair = (chains: readonly [string, string], contacts: number) => ({ chains, contacts });

it('chains that do not touch are named, whatever ipTM says', () => {
  const { isRight, text } = arrangementOf([pair(['H', 'L'], 0)], 0.9);
  expect(isRight).toBe('wrong');
  expect(text).toContain('Chains H and L do not touch');
});

it('chains that touch through a third hang together', () => {
  const chained = [pair(['A', 'B'], 3), pair(['A', 'C'], 0), pair(['B', 'C'], 1)];
  expect(chainsApart(chained)).toBeUndefined();
  const two = [pair(['A', 'B'], 0), pair(['A', 'C'], 2), pair(['B', 'C'], 0)];
  expect(chainsApart(two)).toContain('2 groups that do not touch each other (A + C; B)');
});

it.each([
  [0.81, 'right'],
  [0.7, 'unclear'],
  [0.3, 'wrong'],
])('an ipTM of %f is %s', (iptm, isRight) => {
  expect(arrangementOf([pair(['A', 'B'], 9)], iptm).isRight).toBe(isRight);
});
