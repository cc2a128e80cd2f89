import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '#server/turns';

it('lets clients take turns, so many at a time, and everybody else in between', async () => {
  const turns = new Turns(2);
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
