import type { Command } from 'commander';
import { positiveNumber } from './sequence-options.js';

/** The flag of {@link addThreadsOption}. */
export interface ThreadsFlag {
  readonly threads?: number;
}

/**
 * Adds how many threads the engine may use.
 *
 * @param otherwise what it uses without the option
 */
export function addThreadsOption(
  command: Command,
  otherwise = 'OMP_NUM_THREADS, or the cores that this process may use, if left out',
): Command {
  return command.option(
    '--threads <number>',
    `threads of the engine; ${otherwise}`,
    positiveNumber,
  );
}
