/**
 * @file Messages between processes in pieces. A message is copied, and written to a pipe, at one go: of many megabytes
 * that holds up a server for longer than it may pause. So what is large goes after the message, piece by piece.
 */

/** Copied and written within a millisecond or so. */
const PIECE_BYTES = 1 << 20;
/** How deep in a message large things are looked for. */
const MAX_DEPTH = 4;
/** Longer lists are not searched. */
const MAX_LIST = 64;

const ARRAYS = { Uint8Array, Int32Array, Float32Array, Float64Array } as const;

/** What goes after a message, and where in the message it belongs. */
interface Large {
  readonly path: readonly string[];
  readonly type: keyof typeof ARRAYS | 'string';
  readonly numBytes: number;
}

/** What is sent at one go. */
export type Piece =
  | { readonly kind: 'message'; readonly message: unknown; readonly large: readonly Large[] }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** A message in pieces, the first of which is the message without what is large; most messages are one piece. */
export function* piecesOf(message: unknown): Generator<Piece> {
  const found = largeIn(message);
  const large = found.map(({ path, type, bytes }) => ({ path, type, numBytes: bytes.length }));
  const small = found.reduce((rest, { path }) => withAt(rest, path, undefined), message);
  yield { kind: 'message', message: small, large };
  for (const { bytes } of found)
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      yield { kind: 'bytes', bytes: bytes.subarray(at, at + PIECE_BYTES) };
}

/** Puts messages together again, from pieces in the order in which they were sent. */
export class Assembly {
  #message: unknown;
  #large: { readonly place: Large; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
  /** Bytes that have come of the first of these. */
  #filled = 0;

  /** @returns the message once all of it is there */
  add(piece: Piece): { readonly message: unknown } | undefined {
    if (piece.kind === 'message') {
      this.#message = piece.message;
      this.#large = piece.large.map((place) => ({ place, bytes: new Uint8Array(place.numBytes) }));
    } else this.#fill(piece.bytes);
    if (this.#large.length > 0) return undefined;
    const message = this.#message;
    this.#message = undefined;
    return { message };
  }

  #fill(piece: Uint8Array): void {
    const { place, bytes } = this.#large[0]!;
    bytes.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled < bytes.length) return;
    this.#message = withAt(this.#message, place.path, valueOf(place, bytes));
    this.#large.shift();
    this.#filled = 0;
  }
}

interface Found {
  readonly path: readonly string[];
  readonly type: Large['type'];
  readonly bytes: Uint8Array;
}

function largeIn(value: unknown, path: readonly string[] = []): Found[] {
  if (typeof value === 'string')
    return value.length > PIECE_BYTES ? [{ path, type: 'string', bytes: Buffer.from(value) }] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (ArrayBuffer.isView(value)) {
    const type = (value instanceof Uint8Array ? 'Uint8Array' : value.constructor.name) as Large['type']; // prettier-ignore
    if (value.byteLength <= PIECE_BYTES || !(type in ARRAYS)) return [];
    return [{ path, type, bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) }]; // prettier-ignore
  }
  if (path.length >= MAX_DEPTH || (Array.isArray(value) && value.length > MAX_LIST)) return [];
  return Object.entries(value).flatMap(([name, each]) => largeIn(each, [...path, name]));
}

/** A copy of a value that has another thing at some place. */
function withAt(value: unknown, path: readonly string[], other: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return other;
  const inside = withAt((value as Record<string, unknown>)[name], rest, other);
  return Array.isArray(value)
    ? value.with(Number(name), inside)
    : { ...(value as object), [name]: inside };
}

function valueOf({ type }: Large, bytes: Uint8Array<ArrayBuffer>): unknown {
  return type === 'string' ? Buffer.from(bytes.buffer).toString() : new ARRAYS[type](bytes.buffer);
}
