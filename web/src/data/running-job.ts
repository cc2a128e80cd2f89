import { server, type Job } from '../server/api.js';
import { followJob, type JobListener } from '../server/follow-job.js';

/** A prediction that is not finished, wherever it runs. */
export interface RunningJob {
  /** As it was when it was asked for. */
  readonly first: Job;
  /** Follows it until the returned function is called. */
  readonly follow: (listener: JobListener) => () => void;
  /** Stops it. @throws ApiError where that is not possible */
  readonly cancel: () => Promise<void>;
}

/** A job of the server. */
export function serverJob(first: Job): RunningJob {
  return {
    first,
    follow: (listener) => followJob(first.id, listener),
    cancel: async () => {
      await server.deletePrediction({ path: { id: first.id } });
    },
  };
}
