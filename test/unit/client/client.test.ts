import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError, createClient, type PredictionEvent } from '#client/index';
import { clientModule } from '../../../packaging/generate-client.js';

/** A server that gives one answer, and what it was asked. */
function answering(
  body: ConstructorParameters<typeof Response>[0],
  init: { status?: number } = {},
) {
  const asked: { url: string; init: RequestInit }[] = [];
  const fake = (url: unknown, given: RequestInit = {}) => {
    asked.push({ url: String(url), init: given });
    return Promise.resolve(new Response(body, init));
  };
  const client = createClient({ baseUrl: 'http://fold.example/', key: 'k', fetch: fake });
  return { client, asked };
}

describe("import … from 'codonfold/client'", () => {
  it('is what the OpenAPI document says now; else run "npm run generate"', async () => {
    const source = readFileSync('src/client/operations.generated.ts', 'utf8');
    expect(source).toBe(await clientModule());
  }, 60_000);

  it('sends JSON with the key, and gives the answer', async () => {
    const { client, asked } = answering('{"id":"x","status":"waiting"}');
    const body = { sequence: 'MK', name: 'a' };
    expect(await client.submitPrediction({ body, headers: { Prefer: 'wait=1' } })).toMatchObject({
      id: 'x',
    });
    expect(asked).toMatchObject([
      {
        url: 'http://fold.example/api/v1/predictions',
        init: {
          method: 'POST',
          body: JSON.stringify(body),
          headers: {
            'Content-Type': 'application/json',
            Authorization: 'Bearer k',
            Prefer: 'wait=1',
          },
        },
      },
    ]);
  });

  it('writes ids and queries into the address so that nothing else can be meant', async () => {
    const { client, asked } = answering('{"neighbours":[]}');
    await client.getNeighbours({ path: { id: '../a?b' }, query: { limit: 3 } });
    expect(asked[0]?.url).toBe(
      'http://fold.example/api/v1/predictions/..%2Fa%3Fb/neighbours?limit=3',
    );
  });

  it('gives text as text, archives as blobs, and nothing where nothing came', async () => {
    const path = { id: 'x' };
    expect(await answering('HEADER').client.getPdb({ path })).toBe('HEADER');
    expect(await answering('PK').client.getBundle({ path })).toBeInstanceOf(Blob);
    expect(
      await answering(null, { status: 204 }).client.deletePrediction({ path }),
    ).toBeUndefined();
  });

  it('gives attention as numbers, which it asks for as octets', async () => {
    const weights = Float32Array.from([0.25, 0.75, 1, 0]);
    const { client, asked } = answering(weights.buffer);
    const query = { block: 1, head: 2 };
    expect(await client.attention({ path: { id: 'x' }, query })).toEqual(weights);
    expect(asked).toMatchObject([
      {
        url: 'http://fold.example/api/v1/predictions/x/attention?block=1&head=2',
        init: { headers: { Accept: 'application/octet-stream' } },
      },
    ]);
  });

  it('sends a form as it is, so that files can be in it', async () => {
    const { client, asked } = answering('{"id":"x"}');
    const body = new FormData();
    body.set('alignment', new Blob(['>a']), 'a.a3m');
    await client.submitPrediction({ body });
    expect(asked[0]?.init.body).toBe(body);
    expect(asked[0]?.init.headers).not.toHaveProperty('Content-Type');
  });

  it('throws the refusal in the words of the server', async () => {
    const problem = { code: 'SEQUENCE_LETTER', detail: 'no ?', hint: 'take it out', position: 3 };
    const { client } = answering(JSON.stringify(problem), { status: 422 });
    const refused = await client.submitPrediction({ body: { sequence: 'MK?' } }).catch(String);
    expect(refused).toBe('ApiError: no ?');
    const error = await client
      .submitPrediction({ body: { sequence: 'MK?' } })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 422, problem, code: problem.code, hint: problem.hint });
    const broken = answering('<html>', { status: 502 }).client.listModels();
    await expect(broken).rejects.toThrow('the server answered 502');
  });

  it('follows a prediction, however its events are cut into pieces', async () => {
    const text =
      ': hello\n\nid: 1\nevent: progress\ndata: {"pass":1}\n\nid: 2\nevent: status\ndata: {"name":"é"}\n\n';
    const bytes = new TextEncoder().encode(text);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
        controller.close();
      },
    });
    const seen: PredictionEvent[] = [];
    for await (const event of answering(stream).client.events('x')) seen.push(event);
    expect(seen).toEqual([
      { id: '1', event: 'progress', data: { pass: 1 } },
      { id: '2', event: 'status', data: { name: 'é' } },
    ]);
  });
});
