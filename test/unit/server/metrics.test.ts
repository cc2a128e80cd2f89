import type { Request, Response } from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { errorHandler } from '#server/http/app';
import { requestLog } from '#server/http/request-log';
import { Metrics } from '#server/metrics';
import type { PredictionStore } from '#store/prediction-store';
import { FakeResponse } from '../../helpers/fake-call.js';

let metrics: Metrics;
beforeEach(() => {
  const countUnfinished = () => Promise.resolve({ waiting: 4, active: 2 });
  metrics = new Metrics({ runs: { countUnfinished } } as unknown as PredictionStore);
});
/** The value of a line; undefined where there is none. */
const valueOf = async (line: string): Promise<number | undefined> => {
  const text = await metrics.text();
  const found = text.split('\n').find((each) => each.startsWith(`codonfold_${line} `));
  return found === undefined ? undefined : Number(found.split(' ').at(-1));
};

describe('metrics', () => {
  it('count what is told', async () => {
    metrics.finished('failed');
    metrics.cache('hit');
    metrics.cache('hit');
    metrics.submitted('known');
    metrics.streamOpened();
    metrics.streamOpened();
    metrics.streamClosed();
    expect(await valueOf('jobs_finished_total{state="failed"}')).toBe(1);
    expect(await valueOf('cache_requests_total{outcome="hit"}')).toBe(2);
    expect(await valueOf('submissions_total{outcome="known"}')).toBe(1);
    expect(await valueOf('event_streams')).toBe(1);
  });

  it('ask the store how many jobs have not finished', async () => {
    expect(await valueOf('jobs{state="waiting"}')).toBe(4);
    expect(await valueOf('jobs{state="active"}')).toBe(2);
    expect(metrics.contentType).toContain('text/plain');
    expect(await metrics.text()).toContain('process_resident_memory_bytes');
  });

  it('tell times by classes of length, each up to its end', async () => {
    const lengths = [64, 65, 128, 256, 512, 1024, 2048, 2049];
    for (const length of lengths) {
      metrics.waitSeconds(length, 2);
      metrics.runSeconds(length, 3);
    }
    const classes = { 64: 1, 128: 2, 256: 1, 512: 1, 1024: 1, 2048: 1, '+Inf': 1 };
    for (const [length, count] of Object.entries(classes)) {
      expect(await valueOf(`job_wait_seconds_sum{length="${length}"}`), length).toBe(2 * count);
      expect(await valueOf(`job_run_seconds_sum{length="${length}"}`), length).toBe(3 * count);
    }
  });
});

describe('the log of requests', () => {
  /** A request that ends with a status; what was logged, and what the client was told. */
  const logged = (status: number, { id = '', route = '' } = {}) => {
    const lines: [level: string, line: Record<string, unknown>][] = [];
    const note = (level: string) => (line: Record<string, unknown>) => lines.push([level, line]);
    const log = { error: note('error'), info: note('info'), debug: note('debug') };
    const response = new FakeResponse();
    const request = { method: 'GET', path: '/x', get: () => id };
    let isPassedOn = false;
    const next = (): void => {
      isPassedOn = true;
    };
    requestLog(log as never, metrics)(request as unknown as Request, response as unknown as Response, next); // prettier-ignore
    if (route !== '') response.locals['route'] = route;
    response.statusCode = status;
    response.emit('close');
    return { lines, requestId: response.header('x-request-id'), isPassedOn, response };
  };

  it('tells faults of ours apart from what is usual and from what is watched all the time', () => {
    const level = (status: number, route: string) => logged(status, { route }).lines[0]![0];
    expect(level(500, '/api/v1/models')).toBe('error');
    expect(level(499, '/api/v1/models')).toBe('info');
    expect([level(200, ''), level(200, '/health/live'), level(200, '/metrics')]).toEqual([
      'debug',
      'debug',
      'debug',
    ]);
  });

  it('takes over an id that looks like one', () => {
    for (const id of ['abc.1-2_3', 'x'.repeat(64)]) expect(logged(200, { id }).requestId).toBe(id);
    for (const id of ['', 'a b', 'x'.repeat(65), '<script>'])
      expect(logged(200, { id }).requestId).toMatch(/^[0-9a-f-]{36}$/);
    const { lines, requestId, response, isPassedOn } = logged(200);
    expect(lines[0]![1]).toMatchObject({ requestId, method: 'GET', path: '/x', status: 200 });
    expect(response.locals['requestId']).toBe(requestId);
    expect(isPassedOn).toBe(true);
  });

  it('measures each by its route, in seconds', async () => {
    logged(200, { route: '/a' });
    logged(404);
    const line = (labels: string) => valueOf(`http_request_duration_seconds_sum{${labels}}`);
    const seconds = await line('method="GET",route="/a",status="200"');
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThan(1);
    expect(await line('method="GET",route="other",status="404"')).toBeDefined();
    const { lines } = logged(200);
    expect(Number.isInteger(lines[0]![1]['ms'])).toBe(true);
    expect(lines[0]![1]['ms']).toBeLessThan(1000);
  });
});

describe('an error', () => {
  const answerTo = (
    error: unknown,
    prepare: (response: FakeResponse) => void = () => undefined,
  ) => {
    const logged: unknown[] = [];
    const passedOn: unknown[] = [];
    const response = new FakeResponse();
    prepare(response);
    const log = { error: (what: object) => logged.push(what) };
    errorHandler({ log: log as never })(error, undefined as never, response as unknown as Response, (one: unknown) => passedOn.push(one)); // prettier-ignore
    return { response, logged, passedOn };
  };

  it('becomes a problem, without what was prepared for an answer', () => {
    const { response, logged } = answerTo(new FoldError('NOT_FOUND', 'no'), (to) => {
      for (const name of ['Cache-Control', 'ETag', 'Content-Disposition', 'Content-Encoding', 'X'])
        to.set(name, 'y');
      to.locals['requestId'] = 'r1';
    });
    expect(response.statusCode).toBe(404);
    expect(response.header('content-type')).toBe('application/problem+json');
    expect(JSON.parse(response.body as string)).toMatchObject({
      code: 'NOT_FOUND',
      instance: 'r1',
    });
    expect(['Cache-Control', 'ETag', 'Content-Disposition', 'Content-Encoding', 'X', 'Retry-After', 'WWW-Authenticate'].map((name) => response.header(name))).toEqual([undefined, undefined, undefined, undefined, 'y', undefined, undefined]); // prettier-ignore
    expect(logged).toEqual([]);
  });

  it('that is of the moment says when to try again, one of keys what is wanted', () => {
    const busy = new FoldError('QUEUE_FULL', 'full');
    expect(answerTo(busy).response.header('retry-after')).toBe('5');
    const told = answerTo(busy, (to) => void to.set('Retry-After', '60'));
    expect(told.response.header('retry-after')).toBe('60');
    const { response } = answerTo(new FoldError('UNAUTHORIZED', 'no key'));
    expect(response.header('www-authenticate')).toBe('Bearer');
    expect(JSON.parse(response.body as string)).not.toHaveProperty('instance');
  });

  it('of ours is logged', () => {
    const error = new Error('a bug');
    expect(answerTo(error).logged).toEqual([{ err: error, requestId: undefined }]);
    expect(answerTo(error).response.statusCode).toBe(500);
  });

  it('has no answer where one has begun, or nobody is there', () => {
    const error = new FoldError('NOT_FOUND', 'no');
    const begun = answerTo(error, (to) => void (to.headersSent = true));
    expect([begun.passedOn, begun.response.body]).toEqual([[error], undefined]);
    const gone = answerTo(error, (to) => void (to.destroyed = true));
    expect([gone.passedOn, gone.response.body]).toEqual([[], undefined]);
  });
});
