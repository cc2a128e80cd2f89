import { addressOf, floatsIn, type EventData } from '#client/index';
import type { Job } from './api.js';

/** Coordinates after a finished pass. */
export interface PassCoordinates {
  /** `[N, 14, 3]` */
  readonly atom14: Float32Array;
  /** `[N]` */
  readonly plddt: Float32Array;
}

/** Listeners to a job's events. */
export interface JobListener {
  readonly onJob: (job: Partial<Job>) => void;
  readonly onCoordinates: (coordinates: PassCoordinates) => void;
  /** The connection broke; the browser reconnects by itself. */
  readonly onInterrupted: () => void;
}

/** Browsers connect again by themselves, but for a gateway's error; then it is up to us. */
const RECONNECT_MS = 3000;

/** Follows a job until the returned function is called, over an `EventSource`, which connects again by itself. */
export function followJob(id: string, listener: JobListener): () => void {
  let events: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = (): void => {
    const source = new EventSource(addressOf('followPrediction', { path: { id } }));
    events = source;
    const on = <Name extends keyof EventData>(
      name: Name,
      tell: (data: EventData[Name]) => void,
    ): void => {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        tell(JSON.parse(data) as EventData[Name]);
      });
    };
    on('status', (job) => {
      listener.onJob({ search: undefined, ...job });
    });
    on('progress', (progress) => {
      listener.onJob({ status: 'active', progress });
    });
    on('search', (search) => {
      listener.onJob({ status: 'active', search });
    });
    on('coordinates', ({ atom14, plddt }) => {
      listener.onCoordinates({ atom14: floatsIn(atom14), plddt: floatsIn(plddt) });
    });
    source.addEventListener('error', () => {
      listener.onInterrupted();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, RECONNECT_MS);
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    events?.close();
  };
}
