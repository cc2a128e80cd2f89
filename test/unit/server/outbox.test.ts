import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import { Outbox } from '#server/results/outbox';

const MEGABYTE = 1 << 20;

/** An answer whose client takes nothing until it is told to, or all at once, as sockets with large buffers do. */
class FakeResponse extends EventEmitter {
  readonly isEager: boolean;
  readonly parts: Buffer[] = [];
  isEnded = false;
  destroyed = false;
  readonly headers = new Map<string, unknown>();

  constructor(isEager = false) {
    super();
    this.isEager = isEager;
  }

  get numBytes(): number {
    return this.parts.reduce((sum, { length }) => sum + length, 0);
  }

  setHeader(name: string, value: unknown): void {
    this.headers.set(name, value);
  }

  write(part: Uint8Array): boolean {
    this.parts.push(Buffer.from(part));
    if (this.isEager) process.nextTick(() => this.emit('drain'));
    return false;
  }

  end(part: Uint8Array): void {
    this.parts.push(Buffer.from(part));
    this.isEnded = true;
  }
}

let outbox: Outbox;
beforeEach(() => {
  outbox = new Outbox(2);
});
const send = (bytes: Uint8Array, { client = '', isEager = false } = {}): FakeResponse => {
  const response = new FakeResponse(isEager);
  outbox.send(response as unknown as ServerResponse, bytes, client);
  return response;
};

it('hands a client one part at a time, the next when the last was taken', async () => {
  const bytes = new Uint8Array(MEGABYTE).map((_, index) => index % 251);
  const response = send(bytes);
  await setImmediate();
  expect(response.parts).toHaveLength(1);
  while (!response.isEnded) {
    response.emit('drain');
    await setImmediate();
  }
  expect(Buffer.concat(response.parts).equals(bytes)).toBe(true);
  expect(response.headers.get('Content-Length')).toBe(MEGABYTE);
});

it('refuses what does not fit beside what waits to be read, until that has gone', () => {
  const first = send(new Uint8Array(MEGABYTE));
  send(new Uint8Array(MEGABYTE));
  expect(() => send(new Uint8Array(1))).toThrow(
    expect.objectContaining({ code: 'SERVER_BUSY' }) as Error,
  );
  first.emit('close');
  send(new Uint8Array(MEGABYTE));
});

it('counts one file for many clients once', () => {
  const file = new Uint8Array(2 * MEGABYTE);
  const [one, other] = [send(file), send(file)];
  one.emit('close');
  expect(() => send(new Uint8Array(1))).toThrow();
  other.emit('close');
  send(new Uint8Array(2 * MEGABYTE));
});

it('sends alone what is larger than all that may wait', () => {
  send(new Uint8Array(3 * MEGABYTE));
  expect(() => send(new Uint8Array(1))).toThrow();
});

it('writes no more than a stretch before everything else has its turn, however many take all at once', async () => {
  const file = new Uint8Array(MEGABYTE);
  const all = Array.from({ length: 60 }, () => send(file, { isEager: true }));
  const numBytes = (): number => all.reduce((sum, response) => sum + response.numBytes, 0);
  let before = 0;
  let most = 0;
  while (all.some(({ isEnded }) => !isEnded)) {
    await setImmediate();
    most = Math.max(most, numBytes() - before);
    before = numBytes();
  }
  expect(before).toBe(60 * MEGABYTE);
  expect(most).toBeLessThanOrEqual(MEGABYTE / 2);
});

it('gives each client a part of every stretch, however many answers another waits for', async () => {
  const file = new Uint8Array(MEGABYTE);
  const many = Array.from({ length: 30 }, () => send(file, { client: 'many', isEager: true }));
  const one = send(file, { client: 'one', isEager: true });
  while (!one.isEnded) await setImmediate();
  const numBytes = many.reduce((sum, response) => sum + response.numBytes, 0);
  expect(numBytes).toBeLessThan(4 * MEGABYTE);
});

it('keeps nothing for a client that hung up while its file was made', () => {
  const gone = new FakeResponse();
  gone.destroyed = true; // its `close` has been told
  outbox.send(gone as unknown as ServerResponse, new Uint8Array(2 * MEGABYTE), 'gone');
  expect(gone.parts).toEqual([]);
  expect(() => send(new Uint8Array(2 * MEGABYTE))).not.toThrow();
});

it('writes parts of 64 kB, four at a stretch', async () => {
  const all = Array.from({ length: 6 }, () => send(new Uint8Array(MEGABYTE / 4 + 1)));
  expect(all.map(({ numBytes }) => numBytes / 1024)).toEqual([64, 0, 0, 0, 0, 0]); // the first at once
  await setImmediate();
  const written = all.map(({ parts }) => parts.length);
  expect(written.reduce((sum, count) => sum + count, 0)).toBe(5);
  await setImmediate();
  expect(all.map(({ numBytes }) => numBytes / 1024)).toEqual([64, 64, 64, 64, 64, 64]);
  const [first] = all;
  for (const length of [128, 192, 256]) {
    first!.emit('drain');
    await setImmediate();
    expect(first!.numBytes / 1024).toBe(length);
  }
  expect(first!.isEnded).toBe(false);
  first!.emit('drain');
  await setImmediate();
  expect([first!.isEnded, first!.parts.at(-1)!.length]).toEqual([true, 1]);
});

it('ends with the last whole part', async () => {
  const response = send(new Uint8Array(2 ** 16));
  expect([response.isEnded, response.parts.length]).toEqual([true, 1]);
  await setImmediate();
  expect(send(new Uint8Array(0)).isEnded).toBe(true);
});

it('goes on at once where the connection takes more', async () => {
  const response = new FakeResponse();
  let isFull = false;
  response.write = (part) => {
    response.parts.push(Buffer.from(part));
    return !isFull;
  };
  outbox.send(response as unknown as ServerResponse, new Uint8Array(3 * 2 ** 16), 'a');
  for (let i = 0; i < 3; i++) await setImmediate();
  expect(response.isEnded).toBe(true);
  isFull = true;
});

it('has room for the last byte', () => {
  send(new Uint8Array(MEGABYTE));
  send(new Uint8Array(MEGABYTE));
  expect(() => send(new Uint8Array(1))).toThrow();
  const fresh = new Outbox(2);
  const response = new FakeResponse();
  fresh.send(response as unknown as ServerResponse, new Uint8Array(MEGABYTE + 1), 'a');
  expect(() => {
    fresh.send(new FakeResponse() as unknown as ServerResponse, new Uint8Array(MEGABYTE), 'a');
  }).toThrow();
});

it('writes nothing more to a client that hangs up while it waits for its turn', async () => {
  const all = Array.from({ length: 9 }, () => send(new Uint8Array(MEGABYTE / 8)));
  const last = all.at(-1)!;
  last.emit('close');
  for (let i = 0; i < 5; i++) await setImmediate();
  expect(last.parts).toEqual([]);
  expect(all.slice(0, -1).every(({ parts }) => parts.length === 1)).toBe(true);
});

it('counts the smallest file too', () => {
  send(new Uint8Array(1));
  expect(() => send(new Uint8Array(2 * MEGABYTE))).toThrow();
  send(new Uint8Array(2 * MEGABYTE - 1));
});

it('frees the room of a file that goes to many only when the last has it, each time anew', () => {
  const file = new Uint8Array(2 * MEGABYTE);
  for (let round = 0; round < 2; round++) {
    const all = [send(file), send(file), send(file)];
    for (const response of all) {
      expect(() => send(new Uint8Array(1))).toThrow();
      response.emit('close');
    }
  }
  send(new Uint8Array(2 * MEGABYTE));
});

it('rests where nothing is left to write', () => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] });
  try {
    const all = [send(new Uint8Array(1)), send(new Uint8Array(0)), send(new Uint8Array(MEGABYTE))];
    vi.runAllTimers(); // fails where there is no end
    expect(all.map(({ numBytes }) => numBytes)).toEqual([1, 0, 2 ** 16]);
    all[2]!.emit('drain');
    expect(all[2]!.numBytes).toBe(2 ** 17);
  } finally {
    vi.useRealTimers();
  }
});
