import { refusedProtein } from '#cli/understand';
import { writeFasta } from '#sequence/formats/fasta';
import type { Submission } from '#server/http/body-fields';
import type { ReadRecord } from '#server/http/read-request';
import type { Answer } from './answer.js';
import { readingNotes, readSequences } from './input.js';

/** Ways to read a gene that an answer lists. */
const MOST_CANDIDATES = 5;

/**
 * What the tool `translate` answers.
 *
 * @param input genes or mRNAs
 * @throws FoldError as `readSequences`; `READING_FRAME` for a protein
 */
export function translation(input: Submission): Answer {
  const records = readSequences(input);
  const protein = records.find(({ kind }) => kind === 'protein');
  if (protein) throw refusedProtein(protein.name);
  const fasta = writeFasta(
    records.map(({ name, chains }) => ({
      title: name,
      sequence: chains.map(({ sequence }) => sequence).join(':'),
    })),
  );
  const notes = records.flatMap((record) =>
    readingNotes(record).map((note) => `${record.name}: ${note}`),
  );
  return { lines: [fasta.trimEnd(), ...notes], data: { records: records.map(dataOf) } };
}

function dataOf({
  name,
  title,
  kind,
  geneticCode,
  chains,
  translations = [],
  warnings,
}: ReadRecord) {
  return {
    name,
    title,
    kind,
    geneticCode,
    chains: chains.map(({ id, sequence }) => ({ id, sequence })),
    translations: translations.map(({ frame, reason, isWeakChoice, candidates }) => ({
      frame,
      reason,
      isWeakChoice,
      candidates: candidates.slice(0, MOST_CANDIDATES),
    })),
    warnings: warnings.map(({ message }) => message),
  };
}
