/** @file The process that searches for templates: to scan a library, or to read what the PDB sends, takes seconds. */
import { FoldError } from '#errors';
import { answerQuestions } from '#process/answer-questions';
import type { SearchedTemplates } from '#store/job';
import type { TemplateChain } from '#structure/templates/template-chain';
import { findTemplates, type TemplateFilter } from '#template-search/find-templates';
import { LEAST_RESIDUES, searchPdb } from '#template-search/rcsb/search-pdb';
import { TemplateLibrary } from '#template-search/template-library';
import { encodeTemplates } from './stored-templates.js';

/** What the process is asked for: templates, as {@link encodeTemplates} writes them; news are messages. */
export type SearchQuestions = {
  readonly find: (asked: SearchRequest, tell: (message: string) => void) => Promise<Uint8Array>;
};

interface SearchRequest {
  /** Of one chain. */
  readonly sequence: string;
  readonly searched: SearchedTemplates;
  /** File of the library, where that is searched. */
  readonly library: string | undefined;
}

let opened: Promise<TemplateLibrary> | undefined;

answerQuestions<SearchQuestions>({
  async find({ sequence, searched, library }, tell) {
    const filter = { ...searched.filter } as TemplateFilter;
    const found =
      searched.from === 'pdb'
        ? await inPdb(sequence, filter, tell)
        : await inLibrary(sequence, filter, await openLibrary(library!, searched.place));
    return encodeTemplates(found);
  },
});

/** @throws FoldError `TEMPLATE_SEARCH` where the file is another library than the server began with */
async function openLibrary(path: string, id: string): Promise<TemplateLibrary> {
  opened ??= TemplateLibrary.open(path);
  const library = await opened.catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  if (library.id === id) return library;
  throw new FoldError('TEMPLATE_SEARCH', 'the library of this server was replaced meanwhile', {
    hint: 'its operator has to start the server again',
  });
}

async function inLibrary(
  sequence: string,
  filter: TemplateFilter,
  library: TemplateLibrary,
): Promise<TemplateChain[]> {
  const found = await findTemplates(library, sequence, filter);
  return found.map(({ template }) => template);
}

async function inPdb(
  sequence: string,
  filter: TemplateFilter,
  onMessage: (message: string) => void,
): Promise<TemplateChain[]> {
  if (sequence.length < LEAST_RESIDUES) return []; // RCSB does not search with it
  const { found } = await searchPdb(sequence, { filter, onMessage });
  return found.map(({ template }) => template);
}
