/** Longest integer in bytes: seeds and sizes fit in 8, hashes in 32. */
const MAX_LONG_BYTES = 32;

/** Steps through the bytes of a pickle; anything past the end is refused. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: (problem: string) => Error;
  readonly #decoder = new TextDecoder();
  position = 0;

  constructor(bytes: Uint8Array, refuse: (problem: string) => Error) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#refuse = refuse;
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array {
    return this.#bytes.subarray(this.#advance(count), this.position);
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickle's one big-endian field. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** A little-endian two's complement integer: a number where it is exact, else a bigint. */
  long(numBytes: number): number | bigint {
    if (numBytes > MAX_LONG_BYTES) throw this.#refuse(`integer of ${numBytes} bytes`);
    let value = 0n;
    const bytes = this.take(numBytes);
    for (let i = numBytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    value = BigInt.asIntN(8 * numBytes, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  text(numBytes: number): string {
    return this.#decoder.decode(this.take(numBytes));
  }

  /** Text up to the next line end, which is skipped. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw this.#refuse(`pickle, byte ${this.position}: line without an end`);
    const text = this.text(end - this.position);
    this.position++;
    return text;
  }

  #advance(count: number): number {
    const start = this.position;
    if (start + count > this.#bytes.length)
      throw this.#refuse(`pickle, byte ${start}: ends where ${count} bytes were to come`);
    this.position += count;
    return start;
  }
}
