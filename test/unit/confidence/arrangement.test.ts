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

it('a chain that touches two others that touch is counted once, and groups keep the order of the chains', () => {
  const touching = (one: string, other: string) => Number(one !== 'D' && other !== 'D');
  const all = ['A', 'B', 'C', 'D'].flatMap((one, i, names) =>
    names.slice(i + 1).map((other) => pair([one, other], touching(one, other))),
  );
  expect(chainsApart(all)).toContain('2 groups that do not touch each other (A + B + C; D)');
  const lateJoined = all.map(({ chains }) => pair(chains, Number(chains[1] === 'D' && chains[0] !== 'A'))); // prettier-ignore
  expect(chainsApart(lateJoined)).toContain('(A; B + C + D)');
});

it('chains that all lie apart are groups of one each, and none has a say of ipTM', () => {
  const none = [pair(['A', 'B'], 0), pair(['A', 'C'], 0), pair(['B', 'C'], 0)];
  expect(chainsApart(none)).toContain('3 groups that do not touch each other (A; B; C)');
  expect(arrangementOf(none, 0.9).text).toBe(chainsApart(none));
});

it.each([
  [0.81, 'right', 'is probably right (ipTM 0.81;'],
  [0.8, 'right', 'is probably right (ipTM 0.80;'],
  [0.79, 'unclear', 'may be right or wrong (ipTM 0.79;'],
  [0.6, 'unclear', 'may be right or wrong (ipTM 0.60;'],
  [0.59, 'wrong', 'is probably wrong (ipTM 0.59;'],
  [0, 'wrong', 'is probably wrong (ipTM 0.00;'],
])('an ipTM of %f is %s', (iptm, isRight, words) => {
  const judged = arrangementOf([pair(['A', 'B'], 9)], iptm);
  expect(judged.isRight).toBe(isRight);
  expect(judged.text).toContain(words);
  expect(judged.text).toContain('above 0.8 is confident, below 0.6 a guess');
});

it('chains that touch, of which no ipTM is known, are unclear', () => {
  const judged = arrangementOf([pair(['A', 'B'], 9)]);
  expect(judged.isRight).toBe('unclear');
  expect(judged.text).toContain('Nothing is known');
});
