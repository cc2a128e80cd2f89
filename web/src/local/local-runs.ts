import type { PredictionEstimate } from '#architectures/family';
import type { Interpretation } from '#sequence/interpretation';
import type { TemplateChain } from '#structure/templates/template-chain';
import type { BrowserDevice } from '../page/browser-device.js';
import { ApiError } from '#client/index';
import type { Job } from '../server/api.js';
import type { JobListener, PassCoordinates } from '../server/follow-job.js';
import type { RunningJob } from '../data/running-job.js';
import { foldHere } from './local-model.js';
import { dropLocalResult, keepLocalResult, readLocalResult } from './local-results.js';
import type { LocalModel } from '../data/local-model.js';
import type { LocalRequest, WorkerNews } from './messages.js';

/** Fetches what a model lacks here. @param onShare told which share has arrived */
export type PrepareModel = (
  onShare: (share: number) => void,
  signal: AbortSignal,
) => Promise<LocalModel>;

/** What is said of a prediction beside its sequence. */
interface LocalOptions {
  readonly numRecycles?: number | undefined;
  readonly alignment?: string | undefined;
  readonly templates?: readonly TemplateChain[];
  /** Absent for the model that comes with the page. */
  readonly prepare?: PrepareModel | undefined;
  readonly estimate?: PredictionEstimate | undefined;
  readonly device: BrowserDevice;
}

/** What was begun since the page was opened; it goes on while the user looks at other pages. */
const runs = new Map<string, LocalRun>();

/** One prediction in this browser, followed in the same way as a job of the server. */
class LocalRun implements RunningJob {
  readonly #request: LocalRequest;
  readonly #prepare: PrepareModel | undefined;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<JobListener>();
  #job: Job;
  #coordinates: PassCoordinates | undefined;

  constructor(
    id: string,
    request: LocalRequest,
    { prepare, estimate }: Pick<LocalOptions, 'prepare' | 'estimate'>,
  ) {
    this.#request = request;
    this.#prepare = prepare;
    const { name, title, chains } = request;
    const told = { ...(title && { input: { title } }), ...(estimate && { estimate }) };
    this.#job = { id, name, ...told, status: 'waiting', chains };
    void this.#run();
  }

  get first(): Job {
    return this.#job;
  }

  follow(listener: JobListener): () => void {
    this.#listeners.add(listener);
    if (this.#coordinates) listener.onCoordinates(this.#coordinates);
    return () => this.#listeners.delete(listener);
  }

  cancel(): Promise<void> {
    this.#stop.abort();
    this.#change({ status: 'cancelled' });
    return Promise.resolve();
  }

  async #run() {
    const { signal } = this.#stop;
    try {
      const hear = (news: WorkerNews): void => {
        this.#hear(news);
      };
      const prepared = await this.#prepare?.((share) => {
        hear({ kind: 'loading', share });
      }, signal);
      const request = { ...this.#request, ...(prepared && { modelSha256: prepared.sha256 }) };
      const { files } = await foldHere(request, hear, signal);
      signal.throwIfAborted();
      await keepLocalResult({ id: this.#job.id, request, files });
      this.#change({ status: 'completed' });
    } catch (error) {
      if (signal.aborted) return;
      const { message, hint } = error instanceof ApiError ? error : { message: String(error) };
      this.#change({
        status: 'failed',
        error: { detail: message, ...(hint !== undefined && { hint }) },
      });
    }
  }

  #hear(news: WorkerNews) {
    if (news.kind === 'loading') {
      this.#change({ status: 'active', loading: news.share });
      return;
    }
    if (news.kind === 'engine') {
      this.#change({ status: 'active', loading: undefined, engine: news.words });
      return;
    }
    const { atom14, plddt, ...progress } = news.progress;
    this.#change({ status: 'active', loading: undefined, progress });
    if (!atom14 || !plddt) return;
    this.#coordinates = { atom14, plddt };
    for (const { onCoordinates } of this.#listeners) onCoordinates(this.#coordinates);
  }

  #change(change: Partial<Job>) {
    this.#job = { ...this.#job, ...change };
    for (const { onJob } of this.#listeners) onJob(change);
  }
}

/**
 * Begins to fold a record in this browser.
 *
 * @returns an id that is valid in this browser only
 */
export function startLocalRun(
  { name, title, chains, warnings }: Interpretation,
  { numRecycles, alignment, templates = [], device, ...options }: LocalOptions,
): string {
  const id = crypto.randomUUID();
  const request = {
    name,
    title,
    chains,
    warnings: warnings.map(({ message }) => message),
    ...(numRecycles !== undefined && { numRecycles }),
    ...(alignment !== undefined && { alignment: { text: alignment } }),
    ...(templates.length > 0 && { templates }),
    device,
  };
  runs.set(id, new LocalRun(id, request, options));
  return id;
}

/** A prediction that was begun since the page was opened. */
export function localRun(id: string): RunningJob | undefined {
  return runs.get(id);
}

/** How a prediction in this browser stands; undefined where nothing is known of it. */
export async function localJob(id: string): Promise<Job | undefined> {
  const run = runs.get(id);
  if (run) return run.first;
  const result = await readLocalResult(id);
  return result && { id, name: result.request.name, status: 'completed' };
}

/** Stops a prediction in this browser where it still runs, and deletes its result for good. */
export async function forgetLocalRun(id: string): Promise<void> {
  await runs.get(id)?.cancel();
  runs.delete(id);
  await dropLocalResult(id);
}
