import type { ServerResponse } from 'node:http';
import { FoldError } from '#errors';
import { FairLine } from '#process/fair-line';

const BYTES_PER_MEGABYTE = 1 << 20;
/** Written to one client at a time. */
const PART_BYTES = 1 << 16;
/** Written before everything else has its turn: less than a millisecond of copying, however many clients wait. */
const STRETCH_BYTES = 1 << 18;

/** An answer that has begun. */
interface Sending {
  readonly client: string;
  readonly response: ServerResponse;
  readonly bytes: Uint8Array;
  /** Bytes that have gone out. */
  sent: number;
}

/**
 * Sends large answers, pieces to each client in turn, and bounds what lies in memory for clients that read slowly.
 */
export class Outbox {
  readonly #maxBytes: number;
  /** How many answers each of these goes out in; the same file for many lies in memory once. */
  readonly #sending = new Map<Uint8Array, number>();
  /** Answers whose clients have taken all that was written. */
  readonly #ready = new FairLine<Sending>();
  #bytes = 0;
  #isWriting = false;

  constructor(maxMegabytes: number) {
    this.#maxBytes = maxMegabytes * BYTES_PER_MEGABYTE;
  }

  /**
   * Ends an answer with these bytes, as fast as the client reads; one that has hung up meanwhile is sent nothing.
   *
   * @param client whose turn it takes
   * @throws FoldError `SERVER_BUSY` where too much waits to be read already
   */
  send(response: ServerResponse, bytes: Uint8Array, client: string): void {
    if (response.destroyed) return;
    const times = this.#sending.get(bytes) ?? 0;
    if (times === 0) {
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes)
        throw new FoldError('SERVER_BUSY', 'too many large files are being sent', {
          hint: 'try again soon',
        });
      this.#bytes += bytes.length;
    }
    this.#sending.set(bytes, times + 1);
    response.setHeader('Content-Length', bytes.length);
    const sending = { client, response, bytes, sent: 0 };
    response.once('close', () => {
      this.#hasLeft(bytes);
      this.#ready.delete(client, sending);
    });
    this.#add(sending);
  }

  #add(sending: Sending): void {
    this.#ready.add(sending.client, sending);
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#write();
  }

  /** Writes a stretch, and the next when everything else has had its turn. */
  #write(): void {
    let written = 0;
    while (written < STRETCH_BYTES) {
      const next = this.#ready.next();
      if (!next) break;
      written += this.#writePart(next);
    }
    this.#isWriting = written > 0;
    if (this.#isWriting)
      setImmediate(() => {
        this.#write();
      });
  }

  /** @returns how many bytes */
  #writePart(sending: Sending): number {
    const { response, bytes } = sending;
    const part = bytes.subarray(sending.sent, sending.sent + PART_BYTES);
    sending.sent += part.length;
    const goOn = (): void => {
      this.#add(sending);
    };
    // what a socket takes at once it says before this turn of the event loop ends
    if (sending.sent >= bytes.length) response.end(part);
    else if (response.write(part)) goOn();
    else response.once('drain', goOn);
    return part.length;
  }

  #hasLeft(bytes: Uint8Array): void {
    const times = this.#sending.get(bytes)! - 1;
    if (times > 0) this.#sending.set(bytes, times);
    else {
      this.#sending.delete(bytes);
      this.#bytes -= bytes.length;
    }
  }
}
