import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { Outbox } from '#server/results/outbox';

const MEGABYTE = 1 << 20;

/** An answer whose client takes nothing until it is told to. */
class SlowResponse extends EventEmitter {
  readonly parts: Buffer[] = [];
  isEnded = false;
  readonly headers = new Map<string, unknown>();

  setHeader(name: string, value: unknown): void {
    this.headers.set(name, value);
  }

  write(part: Uint8Array): boolean {
    this.parts.push(Buffer.from(part));
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
const send = (bytes: Uint8Array): SlowResponse => {
  const response = new SlowResponse();
  outbox.send(response as unknown as ServerResponse, bytes);
  return response;
};

it('hands a client one part at a time, the next when the last was taken', async () => {
  const bytes = new Uint8Array(MEGABYTE).map((_, index) => index % 251);
  const response = send(bytes);
  await setImmediate();
  expect(response.parts).toHaveLength(1);
  while (!response.isEnded) response.emit('drain');
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
