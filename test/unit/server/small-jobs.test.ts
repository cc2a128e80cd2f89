/** @file What a server does beside answering: jobs that nobody else will run, results that are damaged, connections. */
import { EventEmitter } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OPERATIONS, type Operation } from '#server/http/operations';
import { openApiDocument } from '#server/http/openapi';
import { refuseOtherMethods } from '#server/http/other-methods';
import { sendTimeout } from '#server/http/slow-clients';
import { modelList, servedModel } from '#server/models/model-list';
import { refuseOtherModels } from '#server/jobs/refuse-other-models';
import { repeatJob } from '#server/jobs/repeat-job';
import { searchRelatives } from '#server/jobs/search-relatives';
import { listen } from '#server/listen';
import { readSettings } from '#server/settings';
import type { Services } from '#server/services';
import type { JobError } from '#store/job';
import { renderAttention } from '#server/results/render-file';
import { FakeResponse } from '../../helpers/fake-call.js';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { newJob, submissionRecord } from '../../helpers/jobs.js';

describe('jobs of models that are not here', () => {
  it('fail, since nobody else will run them', async () => {
    const told: unknown[] = [];
    let errorOf: (model: string) => JobError = () => ({ code: '', detail: '' });
    const refuse = (numRefused: number) =>
      refuseOtherModels({
        store: {
          runs: {
            refuseOthers: (names: readonly string[], error: typeof errorOf) => {
              told.push(names);
              errorOf = error;
              return Promise.resolve(numRefused);
            },
          },
        },
        predictors: [fakePredictor({ name: 'a' }), fakePredictor({ name: 'b' })],
        log: { warn: (what: object) => told.push(what) },
      } as unknown as Services);
    await refuse(0);
    expect(told).toEqual([['a', 'b']]);
    await refuse(1);
    expect(told.slice(1)).toEqual([['a', 'b'], { numRefused: 1 }]);
    expect(errorOf('gone')).toMatchObject({
      code: 'MODEL_UNKNOWN',
      detail: expect.stringContaining('without the model gone') as string,
      hint: 'ask for it again with a or b',
    });
  });
});

describe('a damaged result', () => {
  it('is computed again, by whoever notices first', async () => {
    const told: unknown[] = [];
    const repeat = (isFirst: boolean) =>
      repeatJob(
        {
          store: { runs: { repeat: (id: string) => Promise.resolve(id === 'job' && isFirst) } },
          bus: { publish: (event: object) => told.push(event), wake: () => told.push('wake') },
          log: { error: (what: object) => told.push(what) },
        } as unknown as Services,
        submissionRecord('completed').job,
      );
    await repeat(false);
    expect(told).toEqual([{ job: 'job' }]);
    await repeat(true);
    expect(told.slice(2)).toMatchObject([{ jobId: 'job', data: { state: 'waiting' } }, 'wake']);
  });
});

describe('a search for relatives', () => {
  const settings = readSettings({
    MSA_SERVER: 'https://a.example',
    CODONFOLD_CONTACT: 'me@b.example',
  });
  const options = { signal: new AbortController().signal, onProgress: () => undefined };

  it('is none where none is asked for, and fails where the server is another by now', async () => {
    const { request } = newJob('x');
    expect(await searchRelatives(request, settings, options)).toBeUndefined();
    const given = { ...request, alignment: { sha256: 's', numRows: 3 } };
    expect(await searchRelatives(given, settings, options)).toBeUndefined();
    const other = { ...request, alignment: { server: 'https://b.example', mode: 'env' } };
    await expect(searchRelatives(other, settings, options)).rejects.toMatchObject({
      ...{ code: 'ALIGNMENT_SEARCH', message: 'https://b.example is no longer asked here' },
    });
  });
});

describe('the list of models', () => {
  const listOf = (environment: Record<string, string> = {}, templateSearch: object = {}) => {
    const predictors = [
      fakePredictor({ name: 'reads', readsAlignments: true, readsTemplates: true }),
      fakePredictor({ name: 'plain' }),
    ];
    const installations = {
      isAllowed: true,
      stateOf: (name: string) => (name === 'esmfold_v1' ? { status: 'checking' } : undefined),
      isServed: (name: string) => name === 'codonfold-small',
      isHere: (name: string) => name === 'esmfold_v1',
    };
    const services = { predictors, installations, templateSearch, settings: readSettings(environment) }; // prettier-ignore
    return modelList(services as unknown as Services) as {
      models: Record<string, unknown>[];
      mayInstall: boolean;
      known: Record<string, unknown>[];
    };
  };

  it('tells of each that is served what it is and what runs take, up to the longest that is allowed', () => {
    const { models, mayInstall } = listOf({ MAX_RESIDUES: '200', MEMORY_LIMIT_MB: '77' });
    expect(mayInstall).toBe(true);
    expect(models.map(({ isDefault }) => isDefault)).toEqual([true, false]);
    expect(models[1]).toMatchObject({ name: 'plain', maxResidues: 200, maxMegabytes: 77, device: 'auto', precision: 'float32' }); // prettier-ignore
    const lengths = (estimates: unknown) => (estimates as { numResidues: number }[]).map(({ numResidues }) => numResidues); // prettier-ignore
    expect(lengths(models[1]!['estimates'])).toEqual([50, 100, 200]);
    expect(lengths(models[0]!['singleEstimates'])).toEqual([50, 100, 200]);
    expect(models[1]).not.toHaveProperty('singleEstimates');
    expect(lengths(listOf({ MAX_RESIDUES: '2000' }).models[0]!['estimates'])).toEqual([50, 100, 200, 400, 800, 1600]); // prettier-ignore
  });

  it('says what is searched of those alone that read it', () => {
    const environment = { MSA_SERVER: 'https://a.example', CODONFOLD_CONTACT: 'me@b.example' };
    const templates = { library: { id: 'l', numChains: 9 }, pdb: 'https://pdb.example' };
    const [reads, plain] = listOf(environment, templates).models;
    expect(reads).toMatchObject({
      alignmentServer: 'https://a.example',
      templateLibrary: { numChains: 9 },
      templateServer: 'https://pdb.example',
    });
    for (const name of ['alignmentServer', 'templateLibrary', 'templateServer', 'sharedFiles']) {
      expect(plain).not.toHaveProperty(name);
      expect(listOf().models[0]).not.toHaveProperty(name);
    }
  });

  it('names all that can be installed, and where that stands', () => {
    const { known } = listOf();
    const byName = (name: string) => known.find((model) => model['name'] === name)!;
    expect(byName('esmfold_v1')).toMatchObject({
      ...{ isServed: false, isHere: true, installation: { status: 'checking' } },
    });
    expect(byName('codonfold-small')).toMatchObject({ isServed: true, isHere: false });
    expect(byName('codonfold-small')).not.toHaveProperty('installation');
  });

  it('estimates what a protein takes alone, and says what computes it', () => {
    const asked: { numRows?: number | undefined }[] = [];
    const fake = fakePredictor({ readsAlignments: true });
    const predictor = { ...fake, estimate: (workload: (typeof asked)[number] & { chainLengths: readonly number[] }) => (asked.push(workload), fake.estimate(workload)) }; // prettier-ignore
    const services = { settings: readSettings({ MAX_RESIDUES: '50' }), templateSearch: {} } as unknown as Services; // prettier-ignore
    servedModel(predictor, services);
    expect([...new Set(asked.map(({ numRows }) => numRows))]).toEqual([undefined, 1]);
    expect(listOf().models[0]).toMatchObject({ engine: { name: 'fake-engine' } });
    const without = { ...fakePredictor(), engine: undefined };
    const installations = { isAllowed: false, stateOf: () => undefined, isServed: () => false, isHere: () => false }; // prettier-ignore
    const list = modelList({ ...services, predictors: [without], installations } as unknown as Services); // prettier-ignore
    expect((list as { models: object[] }).models[0]).not.toHaveProperty('engine');
  });

  it('names the files that browsers may fetch, without their folders', () => {
    const file = 'test/unit/server/small-jobs.test.ts';
    const services = (SHARE_MODELS: string) =>
      ({ settings: readSettings({ SHARE_MODELS }), templateSearch: {} }) as unknown as Services;
    const told = (shares: string) =>
      servedModel({ ...fakePredictor(), files: [file] }, services(shares)) as {
        sharedFiles: object[];
      };
    expect(told('1').sharedFiles).toStrictEqual([
      { name: 'small-jobs.test.ts', bytes: statSync(file).size },
    ]);
    expect(told('0')).not.toHaveProperty('sharedFiles');
  });

  it('traces the graphs of a model once', () => {
    const predictor = fakePredictor();
    const services = { settings: readSettings({}), templateSearch: {} } as unknown as Services;
    expect(servedModel(predictor, services)).toBe(servedModel(predictor, services));
  });
});

describe('the OpenAPI document', () => {
  interface Described {
    readonly operationId: string;
    readonly parameters: { name: string; in: string; required: boolean; description?: string }[];
    readonly security?: unknown[];
    readonly requestBody?: { required: boolean; content: Record<string, unknown> };
    readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
  }
  const document = openApiDocument() as {
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Record<string, object>; securitySchemes: object };
    security: unknown;
  };
  const of = (id: string): Described => {
    const { path, method } = (OPERATIONS as Record<string, Operation>)[id]!;
    return document.paths[path]![method]!;
  };

  it.each([
    ['200 202', 'submitPrediction'],
    ['200', 'listPredictions'],
    ['200', 'getPrediction'],
    ['200 204', 'deletePrediction'],
    ['200 204', 'followPrediction'],
    ['200', 'getPdb'],
    ['200', 'getBundle'],
    ['200', 'getAlignment'],
    ['200', 'getTemplate'],
    ['200', 'getAttention'],
    ['200', 'getAttentionOverview'],
    ['200', 'getMutantScore'],
    ['200', 'getNeighbours'],
    ['200', 'getBatch'],
    ['200 204', 'deleteBatch'],
    ['200', 'translate'],
    ['200', 'listModels'],
    ['200 206', 'getModelFile'],
    ['202', 'installModel'],
    ['200', 'cancelInstallation'],
    ['200', 'foldSequence'],
    ['200', 'foldSequenceShort'],
    ['200', 'isLive'],
    ['200 503', 'isReady'],
  ])('promises %s, or a problem, for %s', (statuses, id) => {
    expect(Object.keys(of(id).responses).join(' ')).toBe(`${statuses} default`);
    expect(of(id).responses['default']).toMatchObject({
      content: { 'application/problem+json': {} },
    });
    expect(of(id).operationId).toBe(id);
  });

  it('asks for no key to know whether the server runs, and for one elsewhere', () => {
    const open = Object.keys(OPERATIONS).filter((id) => of(id).security?.length === 0);
    expect(open).toEqual(['isLive', 'isReady']);
    expect(document.security).toEqual([{}, { key: [] }]);
    expect(document.components.securitySchemes).toEqual({
      key: { type: 'http', scheme: 'bearer' },
    });
  });

  it('tells which parameters are needed, where, and what for', () => {
    const told = (id: string) => of(id).parameters.map(({ name, in: place, required }) => `${place} ${name}${required ? '!' : ''}`); // prettier-ignore
    expect(told('getAttention')).toEqual([
      'path id!',
      'query network',
      'query block!',
      'query head!',
    ]);
    expect(told('followPrediction')).toEqual(['path id!', 'header Last-Event-ID']);
    expect(told('getModelFile')).toEqual(['query model!', 'query name!', 'header Range']);
    expect(told('listModels')).toEqual([]);
    const [, , block] = of('getAttention').parameters;
    expect(block).toMatchObject({ description: 'From 0', schema: { type: 'integer' } });
    expect(of('listPredictions').parameters[0]).not.toHaveProperty('description');
  });

  it('tells what bodies may be, and of what kind answers are', () => {
    const bodies = (id: string) => Object.keys(of(id).requestBody?.content ?? {});
    const texts = ['text/plain', 'text/x-fasta'];
    expect(bodies('submitPrediction')).toEqual([
      'application/json',
      'multipart/form-data',
      ...texts,
    ]);
    expect(bodies('translate')).toEqual(['application/json', ...texts]);
    expect(bodies('foldSequence')).toEqual(texts);
    expect(of('submitPrediction').requestBody?.required).toBe(true);
    expect(of('listModels')).not.toHaveProperty('requestBody');
    const schema = (id: string, type: string) => of(id).responses['200']!.content![type]!.schema;
    expect(schema('getBundle', 'application/zip')).toEqual({ type: 'string', format: 'binary' });
    expect(schema('getPdb', 'chemical/x-pdb')).toEqual({ type: 'string' });
    expect(schema('getAttention', 'application/octet-stream')).toMatchObject({ format: 'binary' });
    expect(schema('getPrediction', 'application/json')).toEqual({
      $ref: '#/components/schemas/Prediction',
    });
    expect(document.components.schemas['Prediction']).toMatchObject({ type: 'object' });
    expect(JSON.stringify(document)).not.toMatch(/\$schema|readOnly/);
  });
});

describe('other methods', () => {
  it('are refused with those that there are, and OPTIONS is told them', () => {
    const answer = (method: string, methods: Parameters<typeof refuseOtherMethods>[0]) => {
      const response = new FakeResponse();
      const ask = () => void refuseOtherMethods(methods)({ method } as unknown as Request, response as unknown as Response, () => undefined); // prettier-ignore
      return { response, ask };
    };
    const { response, ask } = answer('OPTIONS', ['post', 'get']);
    ask();
    expect([response.statusCode, response.header('allow')]).toEqual([204, 'GET, HEAD, POST']);
    const put = answer('PUT', ['delete']);
    expect(put.ask).toThrow('this address does not take PUT, but DELETE');
    expect(put.response.header('allow')).toBe('DELETE');
  });
});

describe('a client that does not read', () => {
  it('loses its connection once an answer has begun and something is left to take', () => {
    const timeouts: [number, () => void][] = [];
    const socket = { destroy: vi.fn() };
    const writeHead = vi.fn();
    const response = Object.assign(new EventEmitter(), {
      ...{ socket, writeHead, writableLength: 0 },
      setTimeout: (ms: number, whenOver: () => void) => timeouts.push([ms, whenOver]),
    });
    const next = vi.fn();
    sendTimeout(7)(undefined as never, response as unknown as Response, next);
    expect([next.mock.calls.length, timeouts.length]).toEqual([1, 0]);
    response.writeHead(200, { a: 'b' });
    expect(writeHead).toHaveBeenCalledWith(200, { a: 'b' });
    expect(timeouts[0]![0]).toBe(7000);
    timeouts[0]![1]();
    expect(socket.destroy).not.toHaveBeenCalled();
    response.writableLength = 1;
    timeouts[0]![1]();
    expect(socket.destroy).toHaveBeenCalledTimes(1);
  });
});

describe('a port', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('that is taken is named', async () => {
    const open = (PORT: number) => {
      const server = createServer();
      servers.push(server);
      return listen(server, { HOST: '127.0.0.1', PORT });
    };
    const url = await open(0);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(new URL(url).port);
    await expect(open(port)).rejects.toMatchObject({
      ...{ code: 'CONFIG_INVALID', hint: 'set PORT or HOST' },
      message: `cannot listen on 127.0.0.1, port ${port}: it is taken`,
    });
  });
});

describe('an address', () => {
  /** A server that does not open a port, but says what the test wants. */
  const opening = (address: object | (Error & { code?: string })) => {
    const asked: unknown[] = [];
    const server = Object.assign(new EventEmitter(), {
      address: () => address,
      listen: (port: number, host: string, whenOpen: () => void) => {
        asked.push([port, host]);
        if (address instanceof Error) server.emit('error', address);
        else whenOpen();
      },
    });
    const url = listen(server as unknown as Server, { HOST: 'h', PORT: 7 });
    return { url, asked };
  };

  it('is written as browsers take it', async () => {
    const { url, asked } = opening({ address: '::1', port: 8, family: 'IPv6' });
    expect([await url, asked]).toEqual(['http://[::1]:8', [[7, 'h']]]);
    const old = opening({ address: '1.2.3.4', port: 9, family: 'IPv4' });
    expect(await old.url).toBe('http://1.2.3.4:9');
  });

  it('that cannot be used is refused with the reason', async () => {
    const error = Object.assign(new Error('not yours'), { code: 'EACCES' });
    await expect(opening(error).url).rejects.toMatchObject({
      message: 'cannot listen on h, port 7: not yours',
    });
  });
});

describe('attention as JSON', () => {
  const weightsOf = (numResidues: number) =>
    Float32Array.from({ length: numResidues ** 2 }, (_, i) => (i + 1) / 7);
  const render = (numResidues: number) =>
    renderAttention({
      ...{ network: 'trunk', block: 3, head: 1, numResidues },
      weights: new Uint8Array(weightsOf(numResidues).buffer),
    });

  it('has rows of five digits, and is packed where it is large', async () => {
    const small = await render(2);
    expect(JSON.parse(new TextDecoder().decode(small.bytes))).toEqual({
      ...{ network: 'trunk', block: 3, head: 1 },
      weights: [
        [0.14286, 0.28571],
        [0.42857, 0.57143],
      ],
    });
    expect(small).not.toHaveProperty('gzipped');
    const large = await render(13);
    expect(large.bytes.length).toBeGreaterThanOrEqual(1024);
    expect(large.gzipped!.length).toBeLessThan(large.bytes.length);
  });

  it('is packed from a kilobyte on', async () => {
    const length = 20;
    const weights = new Float32Array(length * length); // a letter each, and two where it is 10
    const ofNumber = (numTens: number) =>
      renderAttention({
        ...{ network: 'trunk', block: 0, head: 0, numResidues: length },
        weights: new Uint8Array(weights.map((_, i) => (i < numTens ? 10 : 0)).buffer),
      });
    const spare = 1024 - (await ofNumber(0)).bytes.length;
    const [below, at] = [await ofNumber(spare - 1), await ofNumber(spare)];
    expect([below.bytes.length, below.gzipped]).toEqual([1023, undefined]);
    expect(at.bytes.length).toBe(1024);
    expect(gunzipSync(at.gzipped!).equals(at.bytes)).toBe(true);
  });
});
