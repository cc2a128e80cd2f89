import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BodyServer, type Reading } from '../../helpers/body-server.js';

const LARGE = (1 << 20) + 1;
let server: BodyServer;
/** What the reader was given, each until it is ended. */
let readings: readonly Reading[];
beforeEach(async () => {
  server = new BodyServer();
  readings = server.readings;
  await server.start({ MAX_BODY_KB: '2048' });
});
afterEach(() => {
  server.close();
});

const post = (client: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  server.post(body, { client, headers });
const numReadings = (client: string): number =>
  readings.filter(({ asker }) => asker.client === client).length;

describe('the body of a request', () => {
  it('reaches the reader as it was sent, unpacked', async () => {
    const text = new TextEncoder().encode('MKVLA');
    post('a', text, { 'content-type': 'text/x-fasta' });
    post('b', gzipSync(text), { 'content-encoding': 'gzip' });
    await expect.poll(() => readings.length).toBe(2);
    for (const { body } of readings) expect(Buffer.from(body.bytes).toString()).toBe('MKVLA');
    expect(readings[0]!.body).toMatchObject({ operation: 'submitPrediction', query: {} });
  });

  it('is refused where it is too large', async () => {
    expect(await post('a', new Uint8Array(2 * LARGE)).status).toBe(413);
    expect(readings).toEqual([]);
  });

  it('is no longer read when the client hangs up', async () => {
    const { sent } = post('a', new TextEncoder().encode('MKVLA'));
    await expect.poll(() => readings.length).toBe(1);
    const { signal } = readings[0]!.asker;
    expect(signal!.aborted).toBe(false);
    sent.destroy();
    await expect.poll(() => signal!.aborted).toBe(true);
  });
});

describe('large bodies', () => {
  it('are taken in four at a time of one client, while small ones and another’s come in', async () => {
    const sent = Array.from({ length: 7 }, () => post('a', new Uint8Array(LARGE)));
    await expect.poll(() => numReadings('a')).toBe(4);
    post('b', new Uint8Array(LARGE));
    post('a', new Uint8Array(5));
    await expect.poll(() => [numReadings('a'), numReadings('b')]).toEqual([5, 1]);
    for (let numEnded = 0; numEnded < readings.length; numEnded++) {
      readings[numEnded]!.end();
      await expect.poll(() => numReadings('a')).toBe(Math.min(8, numEnded + 6));
    }
    for (const { status } of sent) expect(await status).toBe(200);
  });

  it('leave their place when the client hangs up', async () => {
    const waiting = Array.from({ length: 6 }, () => post('a', new Uint8Array(LARGE)));
    await expect.poll(() => numReadings('a')).toBe(4);
    for (const { sent } of waiting) sent.destroy();
    // the reader gives up those that it has; what had to wait is noticed when its turn comes
    const last = post('a', new Uint8Array(LARGE));
    await expect
      .poll(() => {
        for (const { end } of readings) end();
        return numReadings('a');
      })
      .toBeGreaterThan(4);
    expect(await last.status).toBe(200);
  });
});
