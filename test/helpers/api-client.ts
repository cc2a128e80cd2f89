import type { BatchView, PredictionView } from '#server/http/api-schemas';
import type { Problem } from '#server/http/problem';

/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** A small client for tests: each call fails the test's way when the server answers otherwise than expected. */
export class ApiClient {
  readonly url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  /** Any request. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.#headers, ...(init.headers as Record<string, string> | undefined) };
    return fetch(this.url + path, { ...init, headers });
  }

  /** `POST /api/v1/predictions` with JSON, or with text as it is. */
  submit(body: object | string, headers: Record<string, string> = {}): Promise<Response> {
    const isText = typeof body === 'string';
    return this.fetch('/api/v1/predictions', {
      method: 'POST',
      body: isText ? body : JSON.stringify(body),
      headers: { 'content-type': isText ? 'text/plain' : 'application/json', ...headers },
    });
  }

  /** Submits one sequence and gives the job. */
  async predict(body: object | string, headers?: Record<string, string>): Promise<PredictionView> {
    return (await (await this.submit(body, headers)).json()) as PredictionView;
  }

  /** Where a prediction stands. */
  async job(id: string): Promise<PredictionView> {
    return (await (await this.fetch(`/api/v1/predictions/${id}`)).json()) as PredictionView;
  }

  /** Where a batch stands. */
  async batch(id: string): Promise<BatchView> {
    return (await (await this.fetch(`/api/v1/batches/${id}`)).json()) as BatchView;
  }

  /** A file of a result. */
  file(id: string, name: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(`/api/v1/predictions/${id}/${name}`, { headers });
  }

  /** Waits until a job has finished. */
  async finished(id: string, timeoutMs = 20_000): Promise<PredictionView> {
    for (const until = Date.now() + timeoutMs; ;) {
      const job = await this.job(id);
      if (['completed', 'failed', 'cancelled'].includes(job.status)) return job;
      if (Date.now() > until) throw new Error(`job ${id} is still ${job.status}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** Server-sent events until the server ends the stream, or until `isEnough`. */
  async events(
    id: string,
    {
      lastEventId,
      isEnough,
    }: { lastEventId?: string; isEnough?: (event: ServerEvent) => boolean } = {},
  ): Promise<ServerEvent[]> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const abort = new AbortController();
    const response = await this.fetch(`/api/v1/predictions/${id}/events`, {
      headers: headers as Record<string, string>,
      signal: abort.signal,
    });
    const events: ServerEvent[] = [];
    if (!response.body || response.status === 204) return events;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parseEvent(text.slice(0, end));
        text = text.slice(end + 2);
        if (!event) continue;
        events.push(event);
        if (isEnough?.(event)) {
          abort.abort();
          return events;
        }
      }
    }
    return events;
  }
}

function parseEvent(block: string): ServerEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return {
    name: fields.get('event') ?? '',
    id: fields.get('id') ?? '',
    data: JSON.parse(data) as Record<string, unknown>,
  };
}

/** The problem in an answer. */
export async function problemIn(response: Response): Promise<Problem> {
  return (await response.json()) as Problem;
}
