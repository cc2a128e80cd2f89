/** @file The part of protobuf's wire format that an ONNX model needs. */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const utf8 = new TextEncoder();

/** An encoded message, or a piece of one; joined only once, when the whole is written. */
export type Piece = Uint8Array | readonly Piece[];

function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function byteLength(piece: Piece): number {
  return piece instanceof Uint8Array
    ? piece.length
    : piece.reduce((total, part) => total + byteLength(part), 0);
}

/** An integer field; negative numbers take ten bytes, as protobuf's int64 does. */
export function integer(field: number, value: number): Piece {
  return [varint((field << 3) | VARINT), varint(value)];
}

/** A float32 field. */
export function float(field: number, value: number): Piece {
  return [varint((field << 3) | FIXED32), new Uint8Array(new Float32Array([value]).buffer)];
}

/** Bytes, or a nested message. */
export function message(field: number, content: Piece): Piece {
  return [varint((field << 3) | LENGTH_DELIMITED), varint(byteLength(content)), content];
}

/** A string field. */
export function text(field: number, value: string): Piece {
  return message(field, utf8.encode(value));
}

/** Joins all pieces into one buffer. */
export function encode(piece: Piece): Uint8Array {
  const bytes = new Uint8Array(byteLength(piece));
  let position = 0;
  const write = (part: Piece) => {
    if (part instanceof Uint8Array) {
      bytes.set(part, position);
      position += part.length;
    } else part.forEach(write);
  };
  write(piece);
  return bytes;
}
