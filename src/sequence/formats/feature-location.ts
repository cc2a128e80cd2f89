import type { Segment } from '#sequence/genes/template';

/** Where a feature of GenBank or EMBL lies. */
export interface FeatureLocation {
  /** In reading order; at least one. */
  readonly segments: readonly Segment[];
  /** Does it begin, or end, outside of the sequence (`<1`, `>900`)? */
  readonly isOpenAtBegin: boolean;
  readonly isOpenAtEnd: boolean;
}

interface OpenSegment extends Segment {
  readonly isOpenAtBegin: boolean;
  readonly isOpenAtEnd: boolean;
}

/** An operator whose bracket is not closed yet. */
interface Bracket {
  readonly isComplement: boolean;
  readonly segments: OpenSegment[];
}

const TOKEN =
  /(complement|join|order)\(|(\))|(,)|([A-Za-z_][\w.]*:)?(<?)(\d{1,12})(?:\.\.(>?)(\d{1,12})(>?))?/gy;
/** Real locations have one or two operators within each other. */
const MOST_BRACKETS = 8;

/**
 * Reads a location such as `complement(join(<1..50,100..>200))`.
 *
 * @param text without white space
 * @param sequence its length, and whether its end is followed by its beginning: `900..100` runs over the origin then
 * @returns the location, or a phrase that says why it cannot be read from this sequence
 * @source INSDC Feature Table Definition 11.3, section 3.4
 */
export function readLocation(
  text: string,
  sequence: { readonly length: number; readonly isCircular: boolean },
): FeatureLocation | string {
  const stack: Bracket[] = [{ isComplement: false, segments: [] }];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const [, operator, closing, comma] = match;
    if (comma !== undefined) continue;
    if (operator !== undefined)
      stack.push({ isComplement: operator === 'complement', segments: [] });
    else if (closing === undefined) {
      const segments = segmentsOf(match, sequence);
      if (typeof segments === 'string') return segments;
      stack.at(-1)!.segments.push(...segments);
    } else if (stack.length > 1) close(stack);
    else return 'has a bracket too many';
    if (stack.length > MOST_BRACKETS) return 'has too many brackets';
  }
  if (end < text.length || stack.length > 1) return 'has a form that is not understood';
  const { segments } = stack[0]!;
  if (segments.length === 0) return 'names no place';
  return {
    segments: segments.map(({ first, last, isReverse }) => ({ first, last, isReverse })),
    isOpenAtBegin: segments[0]!.isOpenAtBegin,
    isOpenAtEnd: segments.at(-1)!.isOpenAtEnd,
  };
}

function close(stack: Bracket[]): void {
  const { isComplement, segments } = stack.pop()!;
  const outer = stack.at(-1)!.segments;
  if (!isComplement) {
    for (const segment of segments) outer.push(segment);
    return;
  }
  for (const { first, last, isReverse, isOpenAtBegin, isOpenAtEnd } of segments.reverse())
    outer.push({
      first,
      last,
      isReverse: !isReverse,
      isOpenAtBegin: isOpenAtEnd,
      isOpenAtEnd: isOpenAtBegin,
    });
}

function segmentsOf(
  match: RegExpExecArray,
  { length, isCircular }: { readonly length: number; readonly isCircular: boolean },
): OpenSegment[] | string {
  const [, , , , accession, before, from, above, to = from, after] = match;
  if (accession !== undefined) return `lies partly in another entry, ${accession.slice(0, -1)}`;
  const [first, last] = [Number(from), Number(to)];
  const isOverOrigin = isCircular && first > last;
  if (first < 1 || Math.max(first, last) > length || (first > last && !isOverOrigin))
    return `goes from ${first} to ${last}, but the sequence has ${length} nucleotides`;
  const open = { isOpenAtBegin: before === '<', isOpenAtEnd: above === '>' || after === '>' };
  if (!isOverOrigin) return [{ first, last, isReverse: false, ...open }];
  return [
    { first, last: length, isReverse: false, ...open },
    { first: 1, last, isReverse: false, ...open },
  ];
}
