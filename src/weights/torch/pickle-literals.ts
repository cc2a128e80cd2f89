import type { PickleReader } from './pickle-reader.js';
import type { PickleValue } from './pickle-value.js';

/**
 * Operations that push one value spelled out in the bytes, by code.
 *
 * @source Python, Lib/pickletools.py
 */
export const LITERALS: ReadonlyMap<number, (reader: PickleReader) => PickleValue> = new Map<
  number,
  (reader: PickleReader) => PickleValue
>([
  [0x4e, () => null], // NONE
  [0x88, () => true], // NEWTRUE
  [0x89, () => false], // NEWFALSE
  [0x4b, (reader) => reader.byte()], // BININT1
  [0x4d, (reader) => reader.uint16()], // BININT2
  [0x4a, (reader) => reader.int32()], // BININT
  [0x8a, (reader) => reader.long(reader.byte())], // LONG1
  [0x47, (reader) => reader.float64()], // BINFLOAT
  [0x8c, (reader) => reader.text(reader.byte())], // SHORT_BINUNICODE
  [0x58, (reader) => reader.text(reader.uint32())], // BINUNICODE
  [0x8d, (reader) => reader.text(reader.uint64())], // BINUNICODE8
  [0x55, (reader) => reader.text(reader.byte())], // SHORT_BINSTRING
  [0x54, (reader) => reader.text(reader.uint32())], // BINSTRING
  [0x43, (reader) => reader.take(reader.byte())], // SHORT_BINBYTES
  [0x42, (reader) => reader.take(reader.uint32())], // BINBYTES
]);
