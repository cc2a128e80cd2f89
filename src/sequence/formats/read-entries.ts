import { jsonEntries, JSON_TEXT } from './complex-json.js';
import { YAML_TEXT, yamlEntries } from './complex-yaml.js';
import type { ReadOptions, TextEntry } from './entry.js';
import { fastaEntries } from './fasta.js';
import { FLAT_FILE } from './flat-file.js';
import { flatFileEntries } from './flat-file-entries.js';
import { type TextLine, textLines } from './lines.js';
import { refuseNames } from './names.js';
import { refuseAlignedFasta, refuseOtherFormats } from './other-formats.js';
import { PIR_HEADER, pirEntries } from './pir.js';
import { tableEntries, tableLayout } from './table.js';

/**
 * Splits a text into records, whatever format it has: FASTA or letters alone; entries of GenBank, GenPept, EMBL and
 * UniProt; PIR; tables with a column of sequences; jobs of AlphaFold Server, AlphaFold 3 and Boltz. Alignments,
 * structures, names and accessions are refused as what they are.
 *
 * @param text whole file
 * @param options see {@link ReadOptions}
 * @returns records in file order, one with no letters included; none for a text without any
 * @throws ParseError `PARSE_FASTA`, `SEQUENCE_FORMAT`; FoldError `SEQUENCE_FORMAT`, `SEQUENCE_NAME`, `BATCH_TOO_LARGE`
 */
export function readEntries(text: string, options: ReadOptions = {}): TextEntry[] {
  const { source = 'input' } = options;
  const first = firstLine(text, false);
  if (!first) return [];
  refuseOtherFormats(first, text, source);
  if (FLAT_FILE.test(first.text)) return flatFileEntries(textLines(text), options);
  if (JSON_TEXT.test(first.text)) return jsonEntries(text, options);
  if (YAML_TEXT.test(firstLine(text, true)?.text ?? '')) return yamlEntries(text, options);
  if (PIR_HEADER.test(first.text)) return pirEntries(textLines(text), options);
  const layout = tableLayout(first.text);
  if (layout) return tableEntries(textLines(text), layout, options);
  if (!first.text.trimStart().startsWith('>')) refuseNames(text, source);
  const entries = fastaEntries(text, options);
  refuseAlignedFasta(entries, source);
  return entries;
}

/** The first line that is not blank, of YAML none that only comments or begins the document. */
function firstLine(text: string, isYaml: boolean): TextLine | undefined {
  for (const line of textLines(text))
    if (line.text !== '' && !(isYaml && /^(#|---$|%YAML)/.test(line.text))) return line;
  return undefined;
}
