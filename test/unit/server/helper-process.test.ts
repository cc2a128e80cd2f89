import { expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import { helperProcess, NICENESS } from '#server/helper-process';
import type { AskedProcessOptions } from '#process/asked-process';

const made = vi.hoisted(() => ({ options: [] as unknown[] }));
vi.mock('#process/asked-process', () => ({
  AskedProcess: function (options: object) {
    made.options.push(options);
  },
}));

it('a helper gives way to the server, and its end is told to those who wait', () => {
  helperProcess({ parent: 'p', entry: 'e', deadlineSeconds: 7 });
  const [{ whenDied, ...options }] = made.options as [AskedProcessOptions];
  expect(options).toEqual({ parent: 'p', entry: 'e', deadlineSeconds: 7, niceness: 5 });
  const error = whenDied('signal 9');
  expect(error).toBeInstanceOf(FoldError);
  expect(error).toMatchObject({ code: 'PROCESS_DIED', message: 'a helper process ended (signal 9)' }); // prettier-ignore
});

it('what somebody waits for at the moment gives way less than what takes long, attention as far as there is', () => {
  const { helper, express, usual, attention } = NICENESS;
  expect(helper).toBeGreaterThan(0);
  expect(express).toBe(helper);
  expect(usual).toBe(2 * express);
  expect(attention).toBe(19); // the most that Linux knows
});
