const MAX_NAME_LENGTH = 100;
/** So much of a title is looked at: a name in decomposed Unicode is a few times as long as it is when composed. */
const MAX_GIVEN_LENGTH = 400;
/** File systems take names of 255 bytes; the rest is for suffixes and the endings of result files. */
const MAX_NAME_BYTES = 180;
const ENCODER = new TextEncoder();
const ENCODED = new Uint8Array(MAX_NAME_BYTES);
/** Names of devices on Windows, where even `con.pdb` is not a file. */
const DEVICE = /^(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\.|$)/i;

/**
 * Names for records, each unique (letter case ignored, as some file systems do) and safe as a file name.
 *
 * The first word of the title, every character other than letters, digits and `. _ + = @ ,-` replaced by `_`, at most
 * 100 characters and 180 bytes of UTF-8, no dot or dash first, and `_` before the name of a Windows device. A record
 * without such a word is `sequence-N`, N its 1-based place. A name that is taken gets the suffix `-2`, `-3`, ….
 *
 * @param titles header lines without `>`, in order
 */
export function recordNames(titles: readonly string[]): string[] {
  const taken = new Set<string>();
  /** Where to go on looking for a free suffix, so that many equal names take no longer than many others. */
  const nextSuffix = new Map<string, number>();
  return titles.map((title, index) => {
    const wanted = nameIn(title) ?? `sequence-${index + 1}`;
    let name = wanted;
    let suffix = nextSuffix.get(wanted.toLowerCase()) ?? 2;
    while (taken.has(name.toLowerCase())) name = `${wanted}-${suffix++}`;
    nextSuffix.set(wanted.toLowerCase(), suffix);
    taken.add(name.toLowerCase());
    return name;
  });
}

/** The name that a title asks for, or undefined where it holds none. */
export function nameIn(title: string): string | undefined {
  // cut first: to put combining marks in their order takes the square of their number
  if (title === '') return undefined;
  const [first = ''] = title.slice(0, MAX_GIVEN_LENGTH).split(/\s/, 1);
  const word = first
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._+=@,-]/gu, '_')
    .replace(/^[.-]+/, '')
    .replace(DEVICE, '_$1')
    .slice(0, MAX_NAME_LENGTH);
  const name = withinBytes(word).replace(/[.\uD800-\uDBFF]+$/, '');
  return /[\p{L}\p{N}]/u.test(name) ? name : undefined;
}

/** The beginning of a word, of whole characters, that fits `MAX_NAME_BYTES`. */
function withinBytes(word: string): string {
  const { read } = ENCODER.encodeInto(word, ENCODED);
  return word.slice(0, read);
}
