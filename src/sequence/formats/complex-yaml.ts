import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { FoldError } from '#errors';
import { complexEntry, fieldsOf } from './complex.js';
import type { ReadOptions, TextEntry } from './entry.js';
import { LetterFinder } from './letter-finder.js';

/** What begins Boltz's YAML. */
export const YAML_TEXT = /^(version|sequences)\s*:(\s|$)/;
/** The parser's time grows faster than the text for some texts; real jobs have a few thousand characters. */
const LONGEST = 65_536;
/** `sequences`, its items, a molecule, its fields, a list of ids. */
const DEEPEST = 5;

/**
 * Reads a job of Boltz.
 *
 * @param text whole file
 * @param options see {@link ReadOptions}
 * @throws FoldError `SEQUENCE_FORMAT` for broken YAML and for YAML that holds no such job
 */
export function yamlEntries(text: string, { source = 'input' }: ReadOptions): TextEntry[] {
  if (text.length > LONGEST)
    throw new FoldError(
      'SEQUENCE_FORMAT',
      `${source}: YAML of more than ${LONGEST} characters is not read`,
    );
  const document = parseDocument(text, {
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error)
    throw new FoldError(
      'SEQUENCE_FORMAT',
      `${source}: this begins like YAML, but it is broken: ${error.message.slice(0, 200)}`,
      {
        cause: error,
      },
    );
  return [
    complexEntry(fieldsOf(plainValue(document.contents, 0)) ?? {}, new LetterFinder(text), source),
  ];
}

/** A node's value, not deeper than a job is: keys that are lists or maps, aliases and what is below are left aside. */
function plainValue(node: unknown, depth: number): unknown {
  if (isScalar(node)) return node.value;
  if (depth === DEEPEST) return undefined;
  if (isSeq(node)) return node.items.map((item) => plainValue(item, depth + 1));
  if (!isMap(node)) return undefined;
  const fields: [string, unknown][] = [];
  for (const { key, value } of node.items)
    if (isScalar(key)) fields.push([String(key.value), plainValue(value, depth + 1)]);
  return Object.fromEntries(fields);
}
