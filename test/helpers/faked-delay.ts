/** What `node:timers/promises` has, on the timers that a test may have faked: `vi.mock('node:timers/promises', () => fakedDelay)`. */
export const fakedDelay = {
  setTimeout: <T>(
    ms: number,
    value?: T,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms, value);
      const stop = (): void => {
        clearTimeout(timer);
        reject(new Error('stopped'));
      };
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
    }),
  setImmediate: (): Promise<void> => Promise.resolve(),
};
