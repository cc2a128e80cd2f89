import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fixturePath } from './fixture.js';

/** What a scripted server does with one request. `arrived` waits until the client has kept so many bytes. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  arrived: (numBytes: number) => Promise<void>,
) => void;

/** How a scripted server answers. */
interface ServeOptions {
  readonly secure?: boolean;
  /** The unfinished file into which the client writes what arrives. */
  readonly unfinished?: string;
}

/** A server on this machine and what it was asked. */
export interface FileServer {
  readonly url: string;
  readonly port: number;
  /** Request line and range of each request. */
  readonly requests: { url: string; range: string | undefined; ifRange: string | undefined }[];
  close(): Promise<void>;
}

export const certificate = readFileSync(fixturePath('localhost.pem'), 'utf8');

/** Answers requests one after the other by the script; its last entry answers all further ones. */
export async function serve(
  script: readonly Answer[],
  { secure = false, unfinished }: ServeOptions = {},
): Promise<FileServer> {
  const requests: FileServer['requests'] = [];
  const listener: RequestListener = (request, response) => {
    const answer = script[Math.min(requests.length, script.length - 1)]!;
    const { range, 'if-range': ifRange } = request.headers;
    requests.push({ url: request.url ?? '', range, ifRange: ifRange as string | undefined });
    answer(request, response, (numBytes) => hasArrived(unfinished, numBytes));
  };
  const server: Server & { closeAllConnections(): void } = secure
    ? createSecureServer({ key: certificate, cert: certificate }, listener)
    : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${secure ? 'https://localhost' : 'http://127.0.0.1'}:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Waits until a file has so many bytes; a moment where nobody knows the file. */
async function hasArrived(path: string | undefined, numBytes: number): Promise<void> {
  if (path === undefined) await delay(30);
  else while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < numBytes) await delay(1);
}

/** Sends the first bytes of an answer, and drops the line once they have arrived. */
export function sendAndDrop(
  part: Buffer,
  ...[request, response, arrived]: Parameters<Answer>
): void {
  response.write(part);
  void arrived(part.length).then(() => request.socket.end());
}

/** How a file is sent, see {@link file}. */
interface FileOptions {
  readonly etag?: string;
  /** Time of its last change, as HTTP writes it. */
  readonly lastModified?: string;
  readonly cutAfter?: number;
  readonly ignoresIfRange?: boolean;
}

/**
 * Sends a file as honest servers do, ranges and tags included; `cutAfter` drops the line after so many bytes have
 * arrived; `ignoresIfRange` sends the rest of whatever file is there now.
 */
export function file(
  body: Buffer,
  { etag = '"v1"', lastModified, cutAfter = Infinity, ignoresIfRange = false }: FileOptions = {},
): Answer {
  return (request, response, arrived) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const ifRange = request.headers['if-range'];
    const isSame = ifRange === undefined || ifRange === etag || ifRange === lastModified;
    const isPart = start > 0 && (isSame || ignoresIfRange);
    if (isPart && start >= body.length) {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      return;
    }
    const rest = body.subarray(isPart ? start : 0);
    response.writeHead(isPart ? 206 : 200, {
      etag,
      ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
      'content-length': rest.length,
      ...(isPart ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}),
    });
    if (cutAfter >= rest.length) response.end(rest);
    else sendAndDrop(rest.subarray(0, cutAfter), request, response, arrived);
  };
}

/** Sends these headers and this body, whatever was asked. */
export function say(status: number, headers: Record<string, string | number>, body = ''): Answer {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Sends bytes for as long as anybody reads them, with no length announced. */
export function endless(headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(200, headers);
    const more = (): void => {
      response.write(Buffer.alloc(10_000), (error) => {
        if (!error && !response.destroyed) setImmediate(more);
      });
    };
    more();
  };
}
