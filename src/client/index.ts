/**
 * @file The client of the REST API: what `import … from 'codonfold/client'` gives. It needs nothing but `fetch`, so it works
 * in browsers, Node and elsewhere.
 *
 * @example
 * import { createClient } from 'codonfold/client';
 *
 * const codonfold = createClient({ baseUrl: 'http://127.0.0.1:3000' });
 * const body = { sequence: 'LSDEDFKAVFGMTRSAFANLPLWKQQNLKKEKGLF', name: 'villin' };
 * const job = await codonfold.submitPrediction({ body, headers: { Prefer: 'wait=20' } });
 * if (!('counts' in job)) console.log(await codonfold.getPdb({ path: { id: job.id } }));
 */
import { type Operations, type Prediction, type Problem, ROUTES } from './operations.generated.js';

export type {
  Batch,
  KnownModel,
  ModelList,
  Neighbour,
  Prediction,
  Problem,
  ServedModel,
} from './operations.generated.js';

/** Name of an operation, as the OpenAPI document has it. */
export type OperationId = keyof Operations;

/** Where the server is, and who asks. */
export interface ClientOptions {
  /** Such as `https://fold.example`; the page's own server where absent. */
  readonly baseUrl?: string;
  /** Where the server asks for API keys. */
  readonly key?: string;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
}

/** What an operation is given. A body may also be a form or text, where the operation takes one. */
export type Given<Id extends OperationId> = Omit<Operations[Id]['data'], 'url' | 'body'> &
  (Operations[Id]['data'] extends { readonly body: infer Body }
    ? { readonly body: Body | FormData | string }
    : unknown) & { readonly signal?: AbortSignal | undefined };

/** What an operation answers. */
export type Answer<Id extends OperationId> = Operations[Id]['response'];

type Call<Id extends OperationId> =
  Partial<Given<Id>> extends Given<Id>
    ? (given?: Given<Id>) => Promise<Answer<Id>>
    : (given: Given<Id>) => Promise<Answer<Id>>;

/** What the events of a prediction say, by their names. */
export interface EventData {
  /** The prediction has changed its state. */
  readonly status: Prediction;
  readonly progress: NonNullable<Prediction['progress']>;
  /** How the search for relatives or templates stands. */
  readonly search: NonNullable<Prediction['search']>;
  /** The structure after a pass, as base64 of little-endian float32; see {@link floatsIn}. */
  readonly coordinates: {
    /** Passes finished, out of numPasses. */
    readonly pass: number;
    readonly numPasses: number;
    /** N */
    readonly numResidues: number;
    /** `[N, 14, 3]` Å */
    readonly atom14: string;
    /** `[N]` 0 to 100 */
    readonly plddt: string;
  };
}

/** An event of a prediction. */
export type PredictionEvent = {
  readonly [Name in keyof EventData]: {
    readonly id: string;
    readonly event: Name;
    readonly data: EventData[Name];
  };
}[keyof EventData];

/** A function for each operation of the API, and for answers that are not JSON or a file. */
export type Client = { readonly [Id in OperationId]: Call<Id> } & {
  /** Follows a prediction to its end. @param id of the prediction */
  readonly events: (id: string, signal?: AbortSignal) => AsyncGenerator<PredictionEvent>;
  /** Attention of one head as numbers `[N, N]`, which arrive sooner than as JSON. */
  readonly attention: (given: Given<'getAttention'>) => Promise<Float32Array>;
};

/** A refusal, in the server's own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Its code, what can be done about it, and where in the input it is, as far as the server knows. */
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`);
    this.status = status;
    this.problem = problem;
  }

  get code(): string | undefined {
    return this.problem.code;
  }

  get hint(): string | undefined {
    return this.problem.hint;
  }
}

/** Where an operation is on the server. */
export function addressOf(id: OperationId, { path = {}, query = {} }: Place): string {
  const address = ROUTES[id].path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ''),
  );
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) asked.set(name, String(value));
  const search = asked.toString();
  return search === '' ? address : `${address}?${search}`;
}

/** Base64 of little-endian float32 as numbers. */
export function floatsIn(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/**
 * A client of a server.
 *
 * @returns functions that throw {@link ApiError} where the server refuses, and what `fetch` throws where it is not there
 */
export function createClient(options: ClientOptions = {}): Client {
  const calls = Object.keys(ROUTES).map((name) => {
    const id = name as OperationId;
    return [id, async (given: AnyGiven = {}) => read(id, await send(options, id, given))];
  });
  return {
    ...(Object.fromEntries(calls) as Client),
    events: (id, signal) => events(options, { path: { id }, signal }),
    attention: (given) => attention(options, given),
  };
}

/** Lists are written with commas. */
type QueryValue = string | number | boolean | readonly string[] | undefined;

/** Parameters of an address; {@link Given} says which each operation has. */
interface Place {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryValue>>;
}

/** What any operation may be given. */
interface AnyGiven extends Place {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

async function send(
  { baseUrl = '', key, fetch: ask = fetch }: ClientOptions,
  id: OperationId,
  { headers = {}, body, signal, ...place }: AnyGiven,
): Promise<Response> {
  const route = ROUTES[id];
  const isPlain = typeof body === 'string' || body instanceof FormData;
  const response = await ask(baseUrl.replace(/\/$/, '') + addressOf(id, place), {
    method: route.method,
    headers: {
      ...(route.reads === 'json' ? { Accept: 'application/json' } : {}),
      ...(body === undefined || isPlain ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isPlain ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (response.ok) return response;
  const problem: unknown = await response.json().catch(() => ({}));
  throw new ApiError(response.status, problem as Partial<Problem>);
}

function read(id: OperationId, response: Response): Promise<unknown> {
  if (response.status === 204) return Promise.resolve(undefined);
  const { reads } = ROUTES[id];
  if (reads === 'json') return response.json();
  return reads === 'blob' ? response.blob() : response.text();
}

async function attention(
  options: ClientOptions,
  given: Given<'getAttention'>,
): Promise<Float32Array> {
  const headers = { Accept: 'application/octet-stream' };
  const response = await send(options, 'getAttention', { ...given, headers });
  return new Float32Array(await response.arrayBuffer());
}

/** Server-sent events are separated by empty lines; fields are `name: value`. */
async function* events(options: ClientOptions, given: AnyGiven): AsyncGenerator<PredictionEvent> {
  const { body } = await send(options, 'followPrediction', given);
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const part: { done: boolean; value?: Uint8Array | undefined } = await reader.read();
      if (part.done) return;
      text += decoder.decode(part.value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel();
  }
}

/** Undefined for comments, which keep a connection open. */
function eventOf(block: string): PredictionEvent | undefined {
  const fields: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields[name] = value ?? '';
  }
  const { id = '', event = 'message', data } = fields;
  return data === undefined
    ? undefined
    : ({ id, event, data: JSON.parse(data) as unknown } as PredictionEvent);
}
