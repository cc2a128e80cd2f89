import { expect, it } from 'vitest';
import { FairLine } from '#process/fair-line';

const all = (line: FairLine<string>): string[] => {
  const items: string[] = [];
  for (let item = line.next(); item !== undefined; item = line.next()) items.push(item);
  return items;
};

it('lets clients take turns, each in the order of arrival', () => {
  const line = new FairLine<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) line.add(item.charAt(0), item);
  expect(line.count('a')).toBe(3);
  expect(all(line)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(line.count('a')).toBe(0);
});

it('forgets what is taken out, and a client without anything has no turn', () => {
  const line = new FairLine<string>();
  for (const item of ['a1', 'b1', 'a2']) line.add(item.charAt(0), item);
  expect(line.delete('a', 'a1')).toBe(true);
  expect(line.delete('a', 'a1')).toBe(false);
  expect(line.delete('b', 'b1')).toBe(true);
  expect(all(line)).toEqual(['a2']);
});
