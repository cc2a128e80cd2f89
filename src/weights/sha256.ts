const BLOCK_BYTES = 64;
const ROUND_CONSTANTS = fractionsOfRoots(64, Math.cbrt);
const INITIAL_STATE = fractionsOfRoots(8, Math.sqrt);

/**
 * SHA-256 of bytes that come in pieces. Browsers hash only what is in memory as a whole.
 *
 * @source FIPS 180-4, sections 5.3.3 and 6.2
 */
export class Sha256 {
  readonly #state = Int32Array.from(INITIAL_STATE);
  readonly #schedule = new Int32Array(64);
  readonly #rest = new Uint8Array(BLOCK_BYTES);
  #numRest = 0;
  #numBytes = 0;

  /** Hashes more bytes. */
  update(bytes: Uint8Array): void {
    this.#numBytes += bytes.length;
    let at = 0;
    if (this.#numRest > 0) {
      at = Math.min(BLOCK_BYTES - this.#numRest, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#numRest);
      this.#numRest += at;
      if (this.#numRest < BLOCK_BYTES) return;
      this.#hashBlock(viewOf(this.#rest), 0);
    }
    const view = viewOf(bytes);
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) this.#hashBlock(view, at);
    this.#rest.set(bytes.subarray(at));
    this.#numRest = bytes.length - at;
  }

  /** The digest of all bytes so far as 64 hex digits; nothing may be added afterwards. */
  hex(): string {
    const numBits = BigInt(this.#numBytes) * 8n;
    const numZeros = (2 * BLOCK_BYTES - 9 - this.#numRest) % BLOCK_BYTES;
    const padding = new Uint8Array(1 + numZeros + 8);
    padding[0] = 0x80;
    viewOf(padding).setBigUint64(1 + numZeros, numBits);
    this.update(padding);
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #hashBlock(view: DataView, at: number): void {
    const w = this.#schedule;
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15]!;
      const y = w[t - 2]!;
      const sigma0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      const sigma1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
      w[t] = w[t - 16]! + sigma0 + w[t - 7]! + sigma1;
    }
    const state = this.#state;
    let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
    for (let t = 0; t < 64; t++) {
      const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const one = (h + sum1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[t]! + w[t]!) | 0;
      const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first 32 bits of the fractions of roots of the first primes. */
function fractionsOfRoots(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  for (let [candidate, found] = [2, 0]; found < count; candidate++) {
    if (!isPrime(candidate)) continue;
    words[found++] = Math.floor((root(candidate) % 1) * 2 ** 32);
  }
  return words;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++)
    if (candidate % divisor === 0) return false;
  return true;
}
