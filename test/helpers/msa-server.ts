/** @file An MMseqs2 server on this machine, which answers by a script and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a server does with one request. */
export type MsaAnswer = (response: ServerResponse, request: MsaRequest) => void;

/** One request as it came. */
export interface MsaRequest {
  /** Such as `POST /ticket/msa`. */
  readonly line: string;
  readonly form: URLSearchParams;
  readonly userAgent: string | undefined;
}

/** A server and what it was asked. */
export interface FakeMsaServer {
  readonly url: string;
  readonly requests: readonly MsaRequest[];
  /** Request lines. */
  lines(): string[];
  close(): Promise<void>;
}

/** Answers to each kind of request, one after the other; the last goes on for ever. */
export interface MsaScript {
  readonly submit?: readonly MsaAnswer[];
  readonly status?: readonly MsaAnswer[];
  readonly download?: readonly MsaAnswer[];
}

/** Sends JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): MsaAnswer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Sends bytes. */
export function bytes(body: Uint8Array): MsaAnswer {
  return (response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.end(body);
  };
}

/** Never answers. */
export const hang: MsaAnswer = () => undefined;

/** A tar with these files, packed by gzip. */
export function tarGz(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
    header.write('        0', 148);
    header.write('ustar', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const padding = Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512);
    return [header, Buffer.from(content), padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Starts a server that is honest where the script says nothing: ticket `ID`, complete at once, this answer. */
export async function startMsaServer(
  script: MsaScript,
  answer: Buffer,
  port = 0,
): Promise<FakeMsaServer> {
  const requests: MsaRequest[] = [];
  const honest = {
    submit: [json({ id: 'ID', status: 'PENDING' })],
    status: [json({ id: 'ID', status: 'COMPLETE' })],
    download: [bytes(answer)],
  };
  const counts = { submit: 0, status: 0, download: 0 };
  const server = createServer((request, response) => {
    void readForm(request).then((form) => {
      const entry = {
        line: `${request.method ?? ''} ${request.url ?? ''}`,
        form,
        userAgent: request.headers['user-agent'],
      };
      requests.push(entry);
      const kind =
        request.method === 'POST'
          ? 'submit'
          : entry.line.includes('/ticket/')
            ? 'status'
            : 'download';
      const answers = script[kind] ?? honest[kind];
      answers[Math.min(counts[kind]++, answers.length - 1)]!(response, entry);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    lines: () => requests.map(({ line }) => line),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return new URLSearchParams(text);
}
