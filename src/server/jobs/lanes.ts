import type { JobRecord } from '#store/job';
import type { Claim } from '#store/prediction-store';

/** Jobs that may run beyond `CONCURRENCY`, if they are short. */
export const EXPRESS_LANES = 2;
/** How long a job may be that starts beside others, as a share of the shortest of them. */
const EXPRESS_SHARE = 0.5;

/** A job that runs, and whose turn it was. */
export interface Running {
  readonly client: string;
  readonly estimate: JobRecord['estimate'];
}

/** What else may be started. */
export type Room = Pick<Claim, 'seconds' | 'megabytes' | 'exceptClients'>;

/**
 * What else may be started beside the jobs that run. Any job, while fewer run than should; then such as take at most half
 * as long as each of those that run, of clients that have nothing running: so nobody's short job waits for another's long
 * one to end, and what waits for a job that is less than twice as long as itself waits for less than three times its own
 * length.
 *
 * @param running the jobs that run
 * @param limits how many jobs should run at a time, and the memory that all may take together
 * @returns undefined where there is no room at all
 */
export function roomBeside(
  running: readonly Running[],
  { concurrency, megabytes }: { readonly concurrency: number; readonly megabytes: number },
): Room | undefined {
  if (running.length < concurrency) return {};
  if (running.length >= concurrency + EXPRESS_LANES) return undefined;
  return {
    seconds: EXPRESS_SHARE * Math.min(...running.map(({ estimate }) => estimate.seconds)),
    megabytes: megabytes - running.reduce((sum, { estimate }) => sum + estimate.megabytes, 0),
    exceptClients: [...new Set(running.map(({ client }) => client))],
  };
}
