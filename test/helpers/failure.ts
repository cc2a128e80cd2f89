/** What goes wrong in a run; the message `none` where nothing does. */
export function failureOf(run: () => unknown): {
  readonly message: string;
  readonly hint?: string;
  readonly code?: string;
} {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return { message: 'none' };
}
