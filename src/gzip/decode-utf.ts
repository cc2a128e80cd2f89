/**
 * Text as people save it: UTF-16 where a byte order mark says so, as some editors and shells of Windows write it, else
 * UTF-8. The mark is left out.
 *
 * @param bytes unpacked
 */
export function decodeUtf(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** What a byte order mark says; UTF-8 where there is none. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
