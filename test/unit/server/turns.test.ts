import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '#server/turns';

/** Work that ends when the test says so: which was begun, and the end of each. */
function heldWork(turns: Turns) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string): Promise<void> =>
    turns.run(name.charAt(0), () => {
      begun.push(name);
      return new Promise((resolve) => ends.push(resolve));
    });
  return { begun, ends, work };
}

it('lets clients take turns, so many at a time, and everybody else in between', async () => {
  const turns = new Turns(2, 2);
  const order: string[] = [];
  let [running, most] = [0, 0];
  const work = (name: string) =>
    turns.run(name.charAt(0), async () => {
      most = Math.max(most, ++running);
      order.push(name);
      await setImmediate();
      running--;
      return name;
    });
  const done = Promise.all(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1'].map(work));
  expect(await done).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1']);
  expect(order).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'a5']);
  expect(most).toBe(2);
});

it('goes on after work that failed', async () => {
  const turns = new Turns(1);
  const failing = turns.run('a', () => Promise.reject(new Error('broken')));
  const next = turns.run('a', () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('next');
  expect(await turns.run('a', () => Promise.resolve('later'))).toBe('later');
});

it('leaves a place for another where one client has as much as it may', async () => {
  const turns = new Turns(3, 2);
  const { begun, ends, work } = heldWork(turns);
  const all = ['a1', 'a2', 'a3', 'b1'].map(work);
  await setImmediate();
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  ends[2]!();
  await all[3];
  await setImmediate();
  await setImmediate();
  expect(begun).toEqual(['a1', 'a2', 'b1']); // it has as much as it may, though there is room
  ends[0]!();
  await all[0];
  await setImmediate();
  await setImmediate();
  expect(begun.at(-1)).toBe('a3');
  for (const end of ends) end();
  await Promise.all(all);
});

it('does one thing at a time for each client unless it is told otherwise', async () => {
  const turns = new Turns(2);
  const { begun, ends, work } = heldWork(turns);
  const all = ['a1', 'a2', 'b1'].map(work);
  await setImmediate();
  expect(begun).toEqual(['a1', 'b1']);
  for (let i = 0; i < 3; i++) {
    await setImmediate();
    ends[i]?.();
    await setImmediate();
    await setImmediate();
  }
  await Promise.all(all);
  expect(begun).toEqual(['a1', 'b1', 'a2']);
});

it('goes on counting what is left of a client when some of it has ended', async () => {
  const turns = new Turns(3, 2);
  const { begun, ends, work } = heldWork(turns);
  const all = ['a1', 'a2', 'a3', 'a4'].map(work);
  await setImmediate();
  ends[0]!();
  await all[0];
  await setImmediate();
  await setImmediate();
  expect(begun).toEqual(['a1', 'a2', 'a3']);
  all.push(work('b1'));
  await setImmediate();
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1']);
  for (let i = 1; i < 5; i++) {
    ends[i]?.();
    await setImmediate();
    await setImmediate();
  }
  await Promise.all(all);
  expect(begun).toHaveLength(5);
});
