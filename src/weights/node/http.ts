import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Environment } from './cache.js';
import { proxyAuthorization, proxyFor, tunnel } from './proxy.js';

/** huggingface.co sends one to its storage, mirrors one more. */
const MAX_REDIRECTS = 8;
/** What is posted. */
export interface Posted {
  /** Its media type. */
  readonly type: string;
  readonly text: string;
}

/** Fields and values as a page's form sends them. */
export function postedForm(form: Readonly<Record<string, string>>): Posted {
  return {
    type: 'application/x-www-form-urlencoded',
    text: new URLSearchParams(form).toString(),
  };
}

/** A value as JSON. */
export function postedJson(value: unknown): Posted {
  return { type: 'application/json', text: JSON.stringify(value) };
}

/** How a request is made. */
export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** A connection on which nothing comes for so long is given up. */
  readonly stallTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string | undefined;
}

/** The last answer, after redirects. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: IncomingMessage;
  /** Headers of all answers on the way; of two with the same name the later one. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * GET with redirects and proxies. An answer must be read or destroyed by the caller.
 *
 * @param url http or https; a redirect may not lead from https to http
 * @param options see {@link HttpOptions}
 */
export async function httpGet(url: URL, options: HttpOptions): Promise<HttpAnswer> {
  const headers = new Map<string, string>();
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const body = await send(url, options);
    addHeaders(body, headers);
    const status = body.statusCode ?? 0;
    const location = body.headers.location;
    if (status < 300 || status >= 400 || location === undefined) return { status, body, headers };
    body.destroy();
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw new Error(`is redirected to ${next.origin}, which is not encrypted`);
    url = next;
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

/**
 * POST. A redirect is an answer like others: what was posted is not sent to where nobody asked it to go.
 *
 * @param url http or https
 * @param posted what is sent, see {@link postedForm} and {@link postedJson}
 * @param options see {@link HttpOptions}
 */
export async function httpPost(
  url: URL,
  posted: Posted,
  options: HttpOptions,
): Promise<HttpAnswer> {
  const body = await send(url, options, posted);
  const headers = new Map<string, string>();
  addHeaders(body, headers);
  return { status: body.statusCode ?? 0, body, headers };
}

function addHeaders(answer: IncomingMessage, headers: Map<string, string>): void {
  for (const [name, value] of Object.entries(answer.headers))
    if (typeof value === 'string') headers.set(name, value);
}

/** Sends a GET, or a POST where there is something to be posted. */
async function send(url: URL, options: HttpOptions, posted?: Posted): Promise<IncomingMessage> {
  const about = posted
    ? { 'content-type': posted.type, 'content-length': `${Buffer.byteLength(posted.text)}` }
    : {};
  const request = await open(
    url,
    { ...options, headers: { ...about, ...options.headers } },
    posted ? 'POST' : 'GET',
  );
  return new Promise((resolve, reject) => {
    request.setTimeout(options.stallTimeoutMs, () =>
      request.destroy(new Error(`nothing came for ${options.stallTimeoutMs / 1000} s`)),
    );
    request.on('error', reject);
    request.on('response', resolve);
    request.end(posted?.text);
  });
}

async function open(url: URL, options: HttpOptions, method: string): Promise<ClientRequest> {
  const { ca, signal, environment } = options;
  const headers = { 'user-agent': 'codonfold', 'accept-encoding': 'identity', ...options.headers };
  const proxy = proxyFor(url, environment);
  const base = { method, headers, ...(signal ? { signal } : {}) };
  if (url.protocol === 'http:') {
    if (!proxy) return httpRequest(url, { ...base, agent: false });
    return httpRequest({
      ...base,
      host: proxy.hostname,
      port: proxy.port || 80,
      path: url.href,
      headers: { ...headers, host: url.host, ...proxyAuthorization(proxy) },
      agent: false,
    });
  }
  if (url.protocol !== 'https:') throw new Error(`scheme ${url.protocol} is not supported`);
  const trust = ca === undefined ? {} : { ca };
  if (!proxy) return httpsRequest(url, { ...base, ...trust, agent: false });
  const socket = await tunnel(url, proxy, { ca, timeoutMs: options.stallTimeoutMs });
  return httpsRequest(url, { ...base, createConnection: () => socket });
}
