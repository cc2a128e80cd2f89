import { EventEmitter } from 'node:events';
import type { Call } from '#server/services';

/** An answer that remembers what was said of it. */
export class FakeResponse extends EventEmitter {
  statusCode = 200;
  destroyed = false;
  headersSent = false;
  /** What was sent, as JSON or text. */
  body: unknown;
  /** What was given to the outbox, and for whom. */
  sent: { readonly bytes: Uint8Array; readonly client: string } | undefined;
  readonly locals: Record<string, unknown> = {};
  readonly #headers = new Map<string, string>();

  header(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  hasHeader(name: string): boolean {
    return this.header(name) !== undefined;
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  set(name: string, value: string): this {
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }

  vary(names: string): this {
    return this.set('Vary', names);
  }

  location(path: string): this {
    return this.set('Location', path);
  }

  type(name: string): this {
    return this.set('Content-Type', name);
  }

  json(body: unknown): this {
    this.body = body;
    return this;
  }

  write(text: string): boolean {
    this.body = `${(this.body as string | undefined) ?? ''}${text}`;
    return true;
  }

  end(text?: string): this {
    if (text !== undefined) this.write(text);
    return this;
  }
}

/** A call of a handler: what matters is given, the rest is nobody's request without headers. */
export function fakeCall({
  services = {},
  headers = {},
  accepts = {},
  ...rest
}: {
  readonly services?: object;
  /** Of the request, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the client likes best, of media types and of encodings. */
  readonly accepts?: { readonly type?: string; readonly encoding?: string };
  readonly id?: string;
  readonly query?: unknown;
  readonly caller?: Partial<Call['caller']>;
  readonly readBody?: Call['readBody'];
} = {}): { readonly call: Call; readonly response: FakeResponse } {
  const response = new FakeResponse();
  const request = {
    get: (name: string) => headers[name.toLowerCase()],
    accepts: () => accepts.type ?? 'json',
    acceptsEncodings: () => accepts.encoding ?? false,
  };
  const outbox = {
    send: (to: FakeResponse, bytes: Uint8Array, client: string) => {
      to.sent = { bytes, client };
    },
  };
  const call = {
    ...{ id: 'x', query: {}, request, response },
    ...rest,
    caller: { owner: '', listed: '', client: 'c', ...rest.caller },
    services: { outbox, ...services },
  } as unknown as Call;
  return { call, response };
}
