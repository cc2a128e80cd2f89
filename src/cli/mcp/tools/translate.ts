import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { readingNotes, readSequences, SEQUENCE_INPUT } from '#cli/mcp/input';
import { handler } from '#cli/mcp/tool';
import { refusedProtein } from '#cli/understand';
import { writeFasta } from '#sequence/formats/fasta';
import type { ReadRecord } from '#server/http/read-request';

const INPUT = z.strictObject(SEQUENCE_INPUT);

/** Ways to read a gene that an answer lists. */
const MOST_CANDIDATES = 5;

/** Adds the tool `translate`. */
export function addTranslate(server: McpServer): void {
  server.registerTool(
    'translate',
    {
      title: 'Translate a gene or an mRNA',
      description:
        'Translate DNA or RNA into the protein that it codes for: by the coding sequences of GenBank and EMBL files, else the longest open reading frame of all six. Says which frame was read and why, and how else it can be read.',
      inputSchema: INPUT,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    handler((input: z.infer<typeof INPUT>) => {
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
    }),
  );
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
