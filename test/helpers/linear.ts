import { expect } from 'vitest';

/** A text without end: the first n characters of it, more or less. */
export type Shape = (length: number) => string;

const repeat =
  (part: string, begin = '', end = ''): Shape =>
  (length) =>
    begin + part.repeat(Math.ceil(length / part.length)) + end;

/** A text whose parts differ by their index. */
export const parts =
  (part: (index: number) => string, begin = '', end = ''): Shape =>
  (length) => {
    let text = begin;
    for (let i = 0; text.length < length; i++) text += part(i);
    return text + end;
  };

/** Texts that parsers have stumbled over: what a regular expression scans again from each place, and what never closes. */
export const HOSTILE_SHAPES: Readonly<Record<string, Shape>> = {
  'line separators': repeat('\u2028'),
  'paragraph separators': repeat('\u2029'),
  blanks: repeat(' '),
  'blanks before a letter': repeat(' ', '', 'M'),
  'tabs in a title': repeat('\t', '>a', 'b\nMKT'),
  'blank lines': repeat('\n'),
  'carriage returns': repeat('\r'),
  'byte order marks': repeat('\uFEFF'),
  'combining marks in a title': repeat('\u0300\u0316', '>a', '\nMKT'),
  'combining marks as letters': repeat('\u0300\u0316', 'M'),
  'one long title': repeat('title', '>', '\nMKT'),
  'headers on one line': repeat('>'),
  'headers line by line': repeat('>\n'),
  'headers and letters': repeat('>a\nM\n'),
  'equal names': repeat('>a\nMKT\n'),
  colons: repeat(':'),
  'one-residue chains': repeat('M:', '', 'M'),
  'stop marks': repeat('*', 'M', 'M'),
  hyphens: repeat('-'),
  digits: repeat('1'),
  numbers: repeat('1 '),
  'digits in letters': repeat('M1'),
  comments: repeat('#\n;\n'),
  'lone surrogates': repeat('\uD800'),
  'one protein': repeat('MKTAYIAKQR'),
  'one unknown residue': repeat('X'),
  'one gene': repeat('ATGGCC'),
  'start codons': repeat('ATG'),
  'stop codons': repeat('TAA'),
  'unknown nucleotides': repeat('N'),
  'three-letter code': repeat('MET-GLN '),
  'gaps in FASTA': repeat('-', '>a\nMK\n>b\nM'),
  'rows of an alignment': repeat('>a\nM-K\n'),
  'nested JSON': repeat('['),
  'nested JSON objects': repeat('{"a":'),
  'nested JSON in a job': repeat('[', '{"sequences": [{"protein": {"sequence": "M", "id": '),
  jobs: repeat('{"name":"a","sequences":[{"protein":{"sequence":"MKT"}}]},', '[', '{}]'),
  'escaped sequences': repeat(
    '{"protein":{"sequence":"\\u004dKT"}},',
    '{"sequences":[',
    '{"protein":{"sequence":"M"}}]}',
  ),
  'YAML keys': repeat('? ', 'version: 1\n'),
  'YAML lists': repeat('- ', 'version: 1\n'),
  'YAML anchors': repeat('- &a b\n- *a\n', 'version: 1\nsequences:\n'),
  'YAML brackets': repeat('[', 'version: 1\nsequences: '),
  'table rows': repeat('a,MKT\n', 'id,sequence\n'),
  'table quotes': repeat('"', 'id,sequence\n'),
  'table delimiters': repeat(',', 'id,sequence\n'),
  'PIR headers': repeat('>P1;a\n'),
  'PIR lines': repeat('\nM', '>P1;a'),
  'numbers of PHYLIP': repeat(' 9', '9 9\n'),
  'GenBank entries': repeat('LOCUS       A 3 bp\nORIGIN\n1 atg\n//\n'),
  'GenBank features': repeat('     CDS             1..3\n', 'LOCUS       A 3 bp\nFEATURES\n'),
  'GenBank brackets': repeat(
    'join(',
    'LOCUS       A 3 bp\nFEATURES\n     CDS             ',
    '\nORIGIN\n1 atg\n//',
  ),
  'GenBank exons': repeat(
    '1..3,',
    'LOCUS       A 3 bp\nFEATURES\n     CDS             join(',
    '1..3)\nORIGIN\n1 atg\n//',
  ),
  'GenBank qualifiers': repeat(
    '                     /note="a\n',
    'LOCUS       A 3 bp\nFEATURES\n     CDS             1..3\n',
  ),
};

/** A step makes the text four times as long: work grows as much, or sixteen times where it goes with the square. */
const MOST_GROWTH = 11;
/** Below this much a step says nothing. */
const LEAST_MILLISECONDS = 30;
const TRIES = 5;
const LENGTHS = [2 ** 16, 2 ** 18, 2 ** 20];

/**
 * Expects that the processor time of some work grows with its text and not with the square of it, up to a megabyte.
 *
 * @param work any error of its own is its business
 * @param shape of the text
 */
export function expectLinear(work: (text: string) => unknown, shape: Shape): void {
  let before = LEAST_MILLISECONDS;
  for (const length of LENGTHS) {
    const most = MOST_GROWTH * before;
    const took = leastTime(() => work(shape(length)), most);
    expect(took, `milliseconds for ${length} characters`).toBeLessThan(most);
    before = Math.max(LEAST_MILLISECONDS, took);
  }
}

/** The least processor time of some tries in ms; what else the machine does adds to most of them. */
function leastTime(work: () => unknown, enough: number): number {
  let least = Infinity;
  for (let i = 0; i < TRIES && least >= enough; i++) {
    const { user, system } = process.cpuUsage();
    work();
    const used = process.cpuUsage({ user, system });
    least = Math.min(least, (used.user + used.system) / 1000);
  }
  return least;
}
