import { BASE, type Job, type JobProgress } from './api.js';

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

/** Arrays arrive as numbers, or as base64 of little-endian float32. */
function floats(value: unknown): Float32Array {
  if (Array.isArray(value)) return Float32Array.from(value.flat(Infinity) as number[]);
  if (typeof value !== 'string') return new Float32Array();
  const bytes = Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Browsers connect again by themselves, but for a gateway's error; then it is up to us. */
const RECONNECT_MS = 3000;

/** Follows a job until the returned function is called. */
export function followJob(id: string, listener: JobListener): () => void {
  let events: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = (event: MessageEvent<string>): Record<string, unknown> =>
    JSON.parse(event.data) as Record<string, unknown>;
  const connect = (): void => {
    const source = new EventSource(`${BASE}/predictions/${encodeURIComponent(id)}/events`);
    events = source;
    source.addEventListener('status', (event: MessageEvent<string>) => {
      listener.onJob({ search: undefined, ...read(event) });
    });
    source.addEventListener('progress', (event: MessageEvent<string>) => {
      listener.onJob({ status: 'active', progress: read(event) as unknown as JobProgress });
    });
    source.addEventListener('search', (event: MessageEvent<string>) => {
      listener.onJob({ status: 'active', search: { message: String(read(event)['message']) } });
    });
    source.addEventListener('coordinates', (event: MessageEvent<string>) => {
      const { atom14, plddt } = read(event);
      listener.onCoordinates({ atom14: floats(atom14), plddt: floats(plddt) });
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
