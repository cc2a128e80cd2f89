import type { JobBus, JobEvent } from '#store/bus/job-bus';
import { FINAL_STATES } from '#store/job';
import {
  type JobEventData,
  JobEventSchema,
  type ProgressNumbers,
  type RunningEvent,
} from './job-events.js';

/** Jobs whose events are remembered; the oldest are forgotten first. */
const MAX_JOBS = 200;
/** How long a finished job's events are remembered for clients that reconnect. */
const KEEP_MS = 60_000;

interface JobLog {
  progress?: RunningEvent & { kind: 'progress' };
  search?: RunningEvent & { kind: 'search' };
  coordinates: (RunningEvent & { kind: 'coordinates' })[];
  /** Forgets it, some time after the job has finished. */
  end?: NodeJS.Timeout;
}

/** Called with each new event of a job. */
export type EventListener = (event: JobEventData) => void;

/** What happened lately, kept in memory so that a client which connects late or again misses nothing. */
export class EventLog {
  readonly #logs = new Map<string, JobLog>();
  readonly #listeners = new Map<string, Set<EventListener>>();
  readonly #stop: () => void;

  constructor(bus: JobBus) {
    this.#stop = bus.listen((event) => {
      this.#receive(event);
    });
  }

  /** Latest progress of an active job, where any was heard of. */
  progress(jobId: string): ProgressNumbers | undefined {
    return this.#logs.get(jobId)?.progress?.progress;
  }

  /** What was heard last of the search for an active job's relatives. */
  search(jobId: string): string | undefined {
    return this.#logs.get(jobId)?.search?.message;
  }

  /** Coordinates of the passes of this run and the latest progress, after `order`. */
  since(jobId: string, order: number): RunningEvent[] {
    const log = this.#logs.get(jobId);
    if (!log) return [];
    const events: RunningEvent[] = [
      ...log.coordinates,
      ...(log.search ? [log.search] : []),
      ...(log.progress ? [log.progress] : []),
    ];
    return events.filter((event) => event.order > order).sort((a, b) => a.order - b.order);
  }

  /** @returns a function that ends it */
  listen(jobId: string, listener: EventListener): () => void {
    const listeners = this.#listeners.get(jobId) ?? new Set();
    this.#listeners.set(jobId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(jobId);
    };
  }

  close(): void {
    this.#stop();
  }

  #receive({ jobId, data }: JobEvent): void {
    const { success, data: event } = JobEventSchema.safeParse(data);
    if (!success) return; // nothing that a worker of this version says
    this.#remember(jobId, event);
    for (const listener of this.#listeners.get(jobId) ?? []) listener(event);
  }

  #remember(jobId: string, event: JobEventData): void {
    if (event.kind === 'left') return;
    if (event.kind === 'status') {
      const log = this.#logs.get(jobId);
      clearTimeout(log?.end);
      if (!log) return;
      if (FINAL_STATES.includes(event.state))
        log.end = setTimeout(() => this.#logs.delete(jobId), KEEP_MS).unref();
      else this.#logs.delete(jobId); // a new run begins from nothing
      return;
    }
    const log = this.#logs.get(jobId) ?? { coordinates: [] };
    this.#logs.set(jobId, log);
    if (event.kind === 'progress') log.progress = event;
    else if (event.kind === 'search') log.search = event;
    else log.coordinates.push(event);
    const [oldest] = this.#logs.keys();
    if (this.#logs.size > MAX_JOBS && oldest !== undefined) this.#logs.delete(oldest);
  }
}
