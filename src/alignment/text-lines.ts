const [LF, CR] = [0x0a, 0x0d];

/** Where the line that `start` is in ends, before its line break. */
export function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}

/** Where the line after one that ends at `end` begins; a line ends with `\n`, `\r\n` or `\r`. */
export function nextLine(bytes: Uint8Array, end: number): number {
  return end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1);
}

/** 1-based line of a byte. */
export function lineNumber(bytes: Uint8Array, offset: number): number {
  let line = 0;
  for (let at = 0; at <= offset; line++) at = nextLine(bytes, lineEnd(bytes, at, bytes.length));
  return Math.max(1, line);
}
