import type { ServerResponse } from 'node:http';
import { FoldError } from '#errors';

const BYTES_PER_MEGABYTE = 1 << 20;
/** Written at a stretch: to copy megabytes into many sockets at once would hold up everything else. */
const PART_BYTES = 1 << 16;

/** Sends large answers, and bounds what lies in memory for clients that read it slowly. */
export class Outbox {
  readonly #maxBytes: number;
  /** How many answers each of these goes out in; the same file for many lies in memory once. */
  readonly #sending = new Map<Uint8Array, number>();
  #bytes = 0;

  constructor(maxMegabytes: number) {
    this.#maxBytes = maxMegabytes * BYTES_PER_MEGABYTE;
  }

  /**
   * Ends an answer with these bytes, as fast as the client reads.
   *
   * @throws FoldError `SERVER_BUSY` where too much waits to be read already
   */
  send(response: ServerResponse, bytes: Uint8Array): void {
    const times = this.#sending.get(bytes) ?? 0;
    if (times === 0) {
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes)
        throw new FoldError('SERVER_BUSY', 'too many large files are being sent', {
          hint: 'try again soon',
        });
      this.#bytes += bytes.length;
    }
    this.#sending.set(bytes, times + 1);
    response.once('close', () => {
      this.#hasLeft(bytes);
    });
    response.setHeader('Content-Length', bytes.length);
    writeParts(response, bytes);
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

function writeParts(response: ServerResponse, bytes: Uint8Array, from = 0): void {
  const end = from + PART_BYTES;
  if (end >= bytes.length) {
    response.end(bytes.subarray(from));
    return;
  }
  const goOn = (): void => {
    writeParts(response, bytes, end);
  };
  if (response.write(bytes.subarray(from, end))) setImmediate(goOn);
  else response.once('drain', goOn);
}
