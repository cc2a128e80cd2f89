/** @file `codonfold/client` against a server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Client } from '#client/index';
import { startTestServer, type TestServer } from '../helpers/server.js';

describe('codonfold/client', () => {
  let server: TestServer;
  let codonfold: Client;
  beforeAll(async () => {
    server = await startTestServer();
    codonfold = createClient({ baseUrl: server.url });
  }, 60_000);
  afterAll(() => server.close());

  it('submits, follows, and fetches what came out', async () => {
    const body = { sequence: 'ATGAAAGTATTAGCATAA', name: 'gene', type: 'dna' as const };
    const read = await codonfold.translate({ body });
    expect(read.records[0]?.chains[0]?.sequence).toBe('MKVLA');
    const job = await codonfold.submitPrediction({ body });
    if ('counts' in job) throw new Error('one sequence is no batch');
    const names: string[] = [];
    for await (const { event } of codonfold.events(job.id)) names.push(event);
    expect(names.at(-1)).toBe('status');
    const path = { id: job.id };
    expect(await codonfold.getPrediction({ path })).toMatchObject({ status: 'completed' });
    expect(await codonfold.getPdb({ path })).toMatch(/^HEADER/);
    expect((await codonfold.getBundle({ path })).size).toBeGreaterThan(100);
    await expect(codonfold.submitPrediction({ body: { sequence: 'MK?' } })).rejects.toMatchObject({
      status: 422,
      problem: { code: 'SEQUENCE_LETTER', position: 3 },
    });
    expect(await codonfold.deletePrediction({ path })).toBeUndefined();
  });
});
