const AROUND = 12;

/** A letter with what stands around it, for showing where in a text something is. */
export interface Excerpt {
  readonly before: string;
  readonly letter: string;
  readonly after: string;
}

/**
 * The surroundings of one letter on its own line.
 *
 * @param offset 0-based offset in `text`
 */
export function excerptAt(text: string, offset: number): Excerpt {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const found = text.indexOf('\n', offset);
  const lineEnd = found < 0 ? text.length : found;
  const [from, to] = [Math.max(lineStart, offset - AROUND), Math.min(lineEnd, offset + 1 + AROUND)];
  return {
    before: (from > lineStart ? '…' : '') + text.slice(from, offset),
    letter: text.charAt(offset),
    after: text.slice(offset + 1, to) + (to < lineEnd ? '…' : ''),
  };
}
