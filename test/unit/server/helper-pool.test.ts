import { beforeEach, expect, it, vi } from 'vitest';
import { HelperPool } from '#server/helper-pool';

/** Questions under way, as `process question`, and how each is answered. */
const made = vi.hoisted(() => ({
  numHelpers: 0,
  closed: [] as number[],
  asked: [] as string[],
  ends: [] as ((error?: Error) => void)[],
}));
vi.mock('#server/helper-process', () => ({
  helperProcess: () => {
    const number = ++made.numHelpers;
    return {
      ask: (name: string, question: string) => {
        made.asked.push(`${number} ${name} ${question}`);
        return new Promise((resolve, reject) => {
          made.ends.push((error) => {
            if (error) reject(error);
            else resolve(`answer to ${question}`);
          });
        });
      },
      close: () => Promise.resolve(made.closed.push(number)),
    };
  },
}));
beforeEach(() => {
  [made.numHelpers, made.closed, made.asked, made.ends] = [0, [], [], []];
});

type Echo = { readonly echo: (text: string) => Promise<string> };
const open = () => new HelperPool<Echo>({ parent: import.meta.url, entry: 'x' });
const haveBegun = (...asked: string[]) =>
  vi.waitFor(() => {
    expect(made.asked).toEqual(asked);
  });

it('has two processes, of which each client has one, and asks the one that was used last', async () => {
  const pool = open();
  expect(made.numHelpers).toBe(2);
  const all = ['a1', 'a2', 'b1', 'c1'].map((text) => pool.ask('echo', text, { client: text.charAt(0) })); // prettier-ignore
  await haveBegun('2 echo a1', '1 echo b1');
  made.ends[1]!();
  expect(await all[2]).toBe('answer to b1');
  await haveBegun('2 echo a1', '1 echo b1', '1 echo c1');
  made.ends[0]!(new Error('broken'));
  await expect(all[0]).rejects.toThrow('broken');
  await haveBegun('2 echo a1', '1 echo b1', '1 echo c1', '2 echo a2');
  made.ends[2]!();
  made.ends[3]!();
  expect(await Promise.all([all[1], all[3]])).toEqual(['answer to a2', 'answer to c1']);
});

it('takes all that name no client for one', async () => {
  const pool = open();
  void pool.ask('echo', 'x');
  void pool.ask('echo', 'y');
  void pool.ask('echo', 'z', { client: 'c' });
  await haveBegun('2 echo x', '1 echo z');
});

it('closes both', async () => {
  await open().close();
  expect(made.closed.sort()).toEqual([1, 2]);
});
