import { FoldError } from '#errors';
import type { AskedProcess } from '#process/asked-process';
import type { ServerSettings } from '#server/settings';
import { helperProcess } from '#server/helper-process';
import { searchedTemplates, type JobRequest, type SearchedTemplates } from '#store/job';
import { pdbSearchAddress } from '#template-search/rcsb/pdb-server';
import { TemplateLibrary } from '#template-search/template-library';
import type { SearchQuestions } from './search-process.js';
import { packTemplates } from './stored-templates.js';

/** The library of a server's operator. */
export interface OfferedLibrary {
  /** Tells libraries apart by what they hold. */
  readonly id: string;
  readonly numChains: number;
}

/** How a search is followed and stopped. */
interface SearchOptions {
  readonly signal: AbortSignal;
  readonly onMessage: (message: string) => void;
}

type Settings = Pick<ServerSettings, 'TEMPLATE_LIBRARY' | 'TEMPLATES_FROM_PDB'>;

/** Where a server searches for templates: in the library of its operator, and in the PDB where the operator allows it. */
export class TemplateSearch {
  /** Absent where there is none. */
  readonly library: OfferedLibrary | undefined;
  /** Address that sequences are sent to; absent where none may be. */
  readonly pdb: string | undefined;
  readonly #path: string | undefined;
  /** One of each, since the PDB takes minutes and a library seconds. */
  readonly #helpers: Record<SearchedTemplates['from'], AskedProcess<SearchQuestions>>;

  private constructor(settings: Settings, library: OfferedLibrary | undefined) {
    this.library = library;
    this.pdb = settings.TEMPLATES_FROM_PDB === 1 ? pdbSearchAddress(process.env) : undefined;
    this.#path = settings.TEMPLATE_LIBRARY;
    const helper = () =>
      helperProcess<SearchQuestions>({ parent: import.meta.url, entry: 'search-process' });
    this.#helpers = { library: helper(), pdb: helper() };
  }

  /** @throws FoldError `FILE_READ`, `TEMPLATE_DAMAGED` where the library cannot be used; `USAGE` */
  static async open(settings: Settings): Promise<TemplateSearch> {
    if (settings.TEMPLATE_LIBRARY === undefined) return new TemplateSearch(settings, undefined);
    const library = await TemplateLibrary.open(settings.TEMPLATE_LIBRARY);
    const { id, numChains } = library;
    await library.close();
    return new TemplateSearch(settings, { id, numChains });
  }

  /** Identity of what is searched now; undefined where that is not offered. */
  place(from: SearchedTemplates['from']): string | undefined {
    return from === 'library' ? this.library?.id : this.pdb;
  }

  /**
   * Searches for the templates of a job's only chain.
   *
   * @returns the templates, packed as `packTemplates` does; undefined where the request searches for none
   * @throws FoldError `TEMPLATE_SEARCH`, `TEMPLATE_DAMAGED`; `JOB_CANCELLED` after `signal` aborts
   */
  async find(
    request: JobRequest,
    { signal, onMessage }: SearchOptions,
  ): Promise<Uint8Array | undefined> {
    const searched = searchedTemplates(request);
    if (!searched) return undefined;
    if (searched.place !== this.place(searched.from)) throw noLongerOffered(searched);
    if (searched.from === 'library') onMessage('The library of this server is searched.');
    const { sequence } = request.chains[0]!;
    const asked = { sequence, searched, library: this.#path };
    const encoded = await this.#helpers[searched.from].ask('find', asked, {
      signal,
      onNews: onMessage,
    });
    return (await packTemplates(encoded)).packed;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#helpers).map((helper) => helper.close()));
  }
}

function noLongerOffered({ from }: SearchedTemplates): FoldError {
  const what = from === 'library' ? 'the library of this prediction' : 'the PDB';
  return new FoldError('TEMPLATE_SEARCH', `${what} is no longer searched here`, {
    hint: 'ask for the prediction again, or send templates beside the sequence',
  });
}
