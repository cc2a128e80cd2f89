/** @file The page's only door to the server: `/api/v1` as its OpenAPI document describes it. */
import type { Confidence } from '#predict/confidence';
import type { AttentionMap, PredictionEstimate } from '#predict/prediction';
import type { Chain } from '#sequence/chain';
import type { SequenceKind } from '#sequence/interpretation';

const BASE = '/api/v1';

/** Job states, after the API. */
export type JobStatus = 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';

/** How far a running job is. */
export interface JobProgress {
  readonly pass: number;
  readonly numPasses: number;
  readonly block: number;
  readonly numBlocks: number;
}

/** One prediction as the API tells of it. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  /** Jobs before this one; waiting jobs only. */
  readonly position?: number;
  readonly progress?: JobProgress;
  readonly estimate?: PredictionEstimate;
  /** What is folded; lets the structure be drawn while it forms. */
  readonly chains?: readonly Chain[];
  readonly error?: { readonly code?: string; readonly detail: string; readonly hint?: string };
}

/** What the form sends. */
export interface Submission {
  readonly fasta: string;
  readonly type?: SequenceKind;
  readonly geneticCode?: number;
  readonly frame?: number;
  readonly model?: string;
  readonly numRecycles?: number;
}

/** A model that the server can run. */
export interface ServedModel {
  readonly name: string;
  readonly numBlocks: number;
  readonly numHeads: number;
  readonly numRecycles: number;
  /** What some lengths take with the default number of recycles. */
  readonly estimates?: readonly (PredictionEstimate & { readonly numResidues: number })[];
}

/** Coordinates after a finished pass. */
export interface PassCoordinates {
  /** `[N, 14, 3]` */
  readonly atom14: Float32Array;
  /** `[N]` */
  readonly plddt: Float32Array;
}

/** A refusal in the server's own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string | undefined;
  readonly hint: string | undefined;

  constructor(status: number, message: string, problem: { code?: string; hint?: string } = {}) {
    super(message);
    this.status = status;
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

/** Follows RFC 9457: any failure becomes an `ApiError` with words for the user. */
async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${BASE}${path}`, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'The server does not answer.', {
      hint: 'Check the connection and try again.',
    });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (key: string): string | undefined =>
    typeof problem[key] === 'string' ? problem[key] : undefined;
  const [code, hint] = [text('code'), text('hint')];
  throw new ApiError(
    response.status,
    text('detail') ?? text('title') ?? `The server answered ${response.status}.`,
    { ...(code !== undefined && { code }), ...(hint !== undefined && { hint }) },
  );
}

/** Asks for predictions: one for each record. @throws ApiError with what is wrong with the input */
export async function submitPrediction(submission: Submission): Promise<Job[]> {
  const response = await request('/predictions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(submission),
  });
  const answer = (await response.json()) as Job | { readonly predictions: readonly Job[] };
  return 'predictions' in answer ? [...answer.predictions] : [answer];
}

/** @throws ApiError 404 where there is no such prediction */
export async function fetchJob(id: string): Promise<Job> {
  return (await request(`/predictions/${encodeURIComponent(id)}`)).json() as Promise<Job>;
}

/** Stops a job that has not finished. */
export async function cancelJob(id: string): Promise<void> {
  await request(`/predictions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** The models to choose from. */
export async function fetchModels(): Promise<ServedModel[]> {
  const answer = (await (await request('/models')).json()) as
    readonly ServedModel[] | { readonly models: readonly ServedModel[] };
  return 'models' in answer ? [...answer.models] : [...answer];
}

/** Address of one of a result's files. */
export function fileUrl(id: string, file: ResultFile): string {
  return `${BASE}/predictions/${encodeURIComponent(id)}/${file}`;
}

/** Files of a finished prediction. */
export type ResultFile =
  'structure.pdb' | 'structure.cif' | 'confidence.json' | 'pae.json' | 'bundle.zip';

/** A result's file as text. */
export async function fetchText(id: string, file: ResultFile): Promise<string> {
  return (await request(`/predictions/${encodeURIComponent(id)}/${file}`)).text();
}

/** What `confidence.json` says. */
export function parseConfidence(text: string): Confidence {
  return JSON.parse(text) as Confidence;
}

/** Attention of one block and head. */
export async function fetchAttention(
  id: string,
  select: { readonly block: number; readonly head: number },
  signal: AbortSignal,
): Promise<AttentionMap> {
  const { block, head } = select;
  const response = await request(
    `/predictions/${encodeURIComponent(id)}/attention?block=${block}&head=${head}`,
    { signal, headers: { accept: 'application/octet-stream' } },
  );
  if (response.headers.get('content-type')?.includes('json')) {
    const answer = (await response.json()) as { readonly weights: number[] | number[][] };
    return { block, head, weights: Float32Array.from(answer.weights.flat()) };
  }
  return { block, head, weights: new Float32Array(await response.arrayBuffer()) };
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

/** Follows a job until the returned function is called. */
export function followJob(id: string, listener: JobListener): () => void {
  const events = new EventSource(`${BASE}/predictions/${encodeURIComponent(id)}/events`);
  const read = (event: MessageEvent<string>): Record<string, unknown> =>
    JSON.parse(event.data) as Record<string, unknown>;
  events.addEventListener('status', (event: MessageEvent<string>) => {
    listener.onJob(read(event));
  });
  events.addEventListener('progress', (event: MessageEvent<string>) => {
    listener.onJob({ status: 'active', progress: read(event) as unknown as JobProgress });
  });
  events.addEventListener('coordinates', (event: MessageEvent<string>) => {
    const { atom14, plddt } = read(event);
    listener.onCoordinates({ atom14: floats(atom14), plddt: floats(plddt) });
  });
  events.addEventListener('error', () => {
    listener.onInterrupted();
  });
  return () => {
    events.close();
  };
}
