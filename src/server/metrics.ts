import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JobState } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';

const PREFIX = 'codonfold_';
/** Upper ends of the length classes that times are told by. */
const LENGTHS = [64, 128, 256, 512, 1024, 2048];
const SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

/** Prometheus metrics of one server or worker. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [this.#registry],
  });
  readonly #wait = this.#timesByLength('job_wait_seconds', 'Time from submission to start');
  readonly #run = this.#timesByLength('job_run_seconds', 'Time from start to stored result');
  readonly #finished = this.#counter('jobs_finished_total', 'Jobs that ended here', ['state']);
  readonly #cache = this.#counter('cache_requests_total', 'Result files asked for', ['outcome']);
  readonly #submitted = this.#counter('submissions_total', 'Records submitted', ['outcome']);
  readonly #streams = new Gauge({
    name: `${PREFIX}event_streams`,
    help: 'Open event streams',
    registers: [this.#registry],
  });

  /** @param store whose unfinished jobs are counted */
  constructor(store: PredictionStore) {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: `${PREFIX}jobs`,
      help: 'Jobs that have not finished; waiting is the depth of the queue',
      labelNames: ['state'],
      registers: [this.#registry],
      async collect() {
        for (const [state, jobs] of Object.entries(await store.runs.countUnfinished()))
          this.set({ state }, jobs);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  waitSeconds(numResidues: number, seconds: number): void {
    this.#wait.observe({ length: lengthClass(numResidues) }, seconds);
  }

  runSeconds(numResidues: number, seconds: number): void {
    this.#run.observe({ length: lengthClass(numResidues) }, seconds);
  }

  finished(state: JobState): void {
    this.#finished.inc({ state });
  }

  cache(outcome: 'hit' | 'miss'): void {
    this.#cache.inc({ outcome });
  }

  submitted(outcome: 'new' | 'known'): void {
    this.#submitted.inc({ outcome });
  }

  streamOpened(): void {
    this.#streams.inc();
  }

  streamClosed(): void {
    this.#streams.dec();
  }

  #timesByLength(name: string, help: string): Histogram<'length'> {
    return new Histogram({
      name: PREFIX + name,
      help: `${help}, by number of residues up to`,
      labelNames: ['length'],
      buckets: SECONDS,
      registers: [this.#registry],
    });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }
}

function lengthClass(numResidues: number): string {
  return String(LENGTHS.find((length) => numResidues <= length) ?? '+Inf');
}
