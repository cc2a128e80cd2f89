/** @file RCSB's search and files on this machine: answers by a script and remembers what it was asked. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service does with one request. */
export type PdbAnswer = (response: ServerResponse) => void;

/** One request as it came. */
export interface PdbRequest {
  /** Such as `POST /query` or `GET /files/5PTI.cif.gz`. */
  readonly line: string;
  readonly body: string;
  readonly userAgent: string | undefined;
}

/** A service and what it was asked. */
export interface FakePdbService {
  /** Variables that lead to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly PdbRequest[];
  lines(): string[];
  close(): Promise<void>;
}

/** Sends a status and a body. */
export function sends(
  body: string | Uint8Array,
  status = 200,
  headers: Record<string, string> = {},
): PdbAnswer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** The service's answer where it has found some entities. */
export function hits(...identifiers: readonly string[]): PdbAnswer {
  const found = identifiers.map((identifier, k) => ({ identifier, score: 1 - k / 100 }));
  return sends(JSON.stringify({ total_count: found.length, result_set: found }));
}

/**
 * Starts a service.
 *
 * @param searches answers to queries, one after the other; the last goes on for ever
 * @param files answers by the id of the entry; 404 where there is none
 */
export async function startPdbService(
  searches: readonly PdbAnswer[],
  files: Readonly<Record<string, PdbAnswer>> = {},
): Promise<FakePdbService> {
  const requests: PdbRequest[] = [];
  let numSearches = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      requests.push({ line: `${method} ${url}`, body, userAgent: request.headers['user-agent'] });
      const entry = /^\/files\/(\w+)\.cif\.gz$/.exec(url)?.[1];
      if (method === 'POST' && url === '/query')
        searches[Math.min(numSearches++, searches.length - 1)]!(response);
      else (files[entry ?? ''] ?? sends('no such file', 404))(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { CODONFOLD_PDB_SEARCH: `${base}/query`, CODONFOLD_PDB_FILES: `${base}/files` },
    requests,
    lines: () => requests.map(({ line }) => line),
    close: () =>
      new Promise((closed) => {
        server.close(() => {
          closed();
        });
        server.closeAllConnections();
      }),
  };
}
