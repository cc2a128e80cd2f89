import { once } from 'node:events';
import { type ClientRequest, createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Asker } from '#process/asked-process';
import { errorHandler } from '#server/http/app';
import type { RequestBody } from '#server/http/body-fields';
import type { OperationId } from '#server/http/operations';
import type { ReadRequest } from '#server/http/read-request';
import { RequestReader } from '#server/http/request-reader';
import { makeLogger } from '#server/logger';
import type { Services } from '#server/services';
import { readSettings } from '#server/settings';
import { type FakeOptions, fakePredictor } from './fake-predictor.js';

/** A body that was taken in; its request is answered once it is ended. */
export interface Reading {
  readonly body: RequestBody;
  readonly asker: Asker;
  readonly end: () => void;
}

/** What a body is sent with. */
interface BodyOptions {
  /** Told by a header of its own. */
  readonly client?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server of one address that takes bodies in and holds each until its reading is ended. */
export class BodyServer {
  readonly readings: Reading[] = [];
  readonly #sent: ClientRequest[] = [];
  #server: Server | undefined;

  /**
   * @param limits environment variables
   * @param options operation of the address, what a model reads, and whether others may be installed
   */
  async start(
    limits: Readonly<Record<string, string>>,
    {
      operation = 'submitPrediction',
      reads = {},
      isAllowed = false,
    }: { operation?: OperationId; reads?: FakeOptions; isAllowed?: boolean } = {},
  ): Promise<void> {
    const { readings } = this;
    class HeldReader extends RequestReader {
      override read(body: RequestBody, asker: Asker): Promise<ReadRequest> {
        return new Promise((resolve) => {
          readings.push({ body, asker, end: () => { resolve({ options: {}, records: [] }); } }); // prettier-ignore
        });
      }
    }
    const services = {
      predictors: [fakePredictor(), fakePredictor(reads)],
      installations: { isAllowed },
    } as unknown as Services;
    const reader = new HeldReader(readSettings(limits));
    const app = express();
    app.post('/', async (request, response) => {
      const client = request.get('x-client') ?? '';
      const caller = { owner: client, listed: client, client };
      await reader.receive({ operation, request, response, caller, services, query: {} });
      response.end('read');
    });
    app.use(errorHandler({ log: makeLogger('silent', 'test') }));
    this.#server = createServer(app).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Sends a body, with its length unless it comes in chunks, and tells the status of the answer. */
  post(
    body: Uint8Array | undefined,
    { client = 'a', headers = {} }: BodyOptions = {},
  ): { readonly sent: ClientRequest; readonly status: Promise<number | undefined> } {
    const { port } = this.#server!.address() as AddressInfo;
    const isChunked = headers['transfer-encoding'] !== undefined;
    const length = body && !isChunked ? { 'content-length': String(body.length) } : {};
    const sent = send({
      ...{ host: '127.0.0.1', port, method: 'POST' },
      headers: { ...length, 'x-client': client, ...headers },
    });
    this.#sent.push(sent);
    const status = new Promise<number | undefined>((resolve) => {
      sent.on('response', (response) => {
        resolve(response.resume().statusCode);
      });
      sent.on('error', () => {
        resolve(undefined);
      });
    });
    sent.end(body);
    return { sent, status };
  }

  close(): void {
    for (const each of this.#sent) each.destroy();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}
