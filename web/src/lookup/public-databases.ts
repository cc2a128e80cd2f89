/**
 * @file What public databases know, asked by this browser itself and only on a click. Their addresses are the only foreign
 * ones that the server's content security policy lets the page reach.
 */
import { ApiError } from '#client/index';

const ALPHAFOLD = 'https://alphafold.ebi.ac.uk';
const PDB_FILES = 'https://files.rcsb.org';
const PDB_SEARCH = 'https://search.rcsb.org';
/** The database refuses to answer with a single row. */
const ROWS = 5;
/** Longest sequence that an address can hold everywhere. */
const LONGEST = 1800;

/** Shorter sequences RCSB does not search with. */
const SHORTEST_SEARCHED = 25;
/** Similar entries that are named; most are the same protein again. */
const MOST_SIMILAR = 8;
/** Entries are named that are related beyond doubt. */
const MOST_EXPECTED = 1e-3;

/** @source www.uniprot.org/help/accession_numbers */
const UNIPROT = /^([OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9]([A-Z][A-Z0-9]{2}[0-9]){1,2})$/;
const ALPHAFOLD_ENTRY = /^AF-([A-Z0-9]+)-F\d+(-MODEL_V\d+)?$/;
const PDB_ENTRY = /^[1-9][A-Z0-9]{3}$/;

/** An entry of a public database. */
export interface PublicEntry {
  /** Such as `1CRN` or `AF-P69905-F1`. */
  readonly name: string;
  /** What the database calls the protein; empty where it says nothing. */
  readonly description: string;
  /** PDB or mmCIF. */
  readonly structure: Uint8Array;
}

/** Where an entry is to be looked for, by its accession. */
export interface Accession {
  readonly database: 'PDB' | 'AlphaFold DB';
  readonly id: string;
}

/** Understands `1CRN`, `P69905` and `AF-P69905-F1`; undefined for anything else. */
export function accessionIn(text: string): Accession | undefined {
  const word = text.trim().toUpperCase();
  if (PDB_ENTRY.test(word)) return { database: 'PDB', id: word };
  const id = ALPHAFOLD_ENTRY.exec(word)?.[1] ?? word;
  return UNIPROT.test(id) ? { database: 'AlphaFold DB', id } : undefined;
}

/** Whether a sequence can be looked up at all. */
export function canBeLookedUp(sequence: string): boolean {
  return sequence.length <= LONGEST && /^[ACDEFGHIKLMNPQRSTVWY]+$/.test(sequence);
}

/** Whether RCSB searches with a sequence. */
export function canBeSearched(sequence: string): boolean {
  return canBeLookedUp(sequence) && sequence.length >= SHORTEST_SEARCHED;
}

/**
 * PDB entries with chains that resemble a sequence, which is sent to RCSB.
 *
 * @returns the most similar first; none where nothing is related beyond doubt
 * @throws ApiError in words
 * @source RCSB PDB Search API, version 2, "sequence" service
 */
export async function findSimilar(sequence: string): Promise<Accession[]> {
  const query = {
    query: {
      type: 'terminal',
      service: 'sequence',
      parameters: { evalue_cutoff: MOST_EXPECTED, sequence_type: 'protein', value: sequence },
    },
    return_type: 'entry',
    request_options: {
      scoring_strategy: 'sequence',
      paginate: { start: 0, rows: MOST_SIMILAR },
    },
  };
  const search = new URLSearchParams({ json: JSON.stringify(query) }).toString();
  const response = await ask(
    `${PDB_SEARCH}/rcsbsearch/v2/query?${search}`,
    'RCSB cannot search with this sequence.',
  );
  if (response.status === 204) return []; // no content: nothing was found
  const found = (await readJson(response)) as { readonly result_set?: readonly SimilarEntry[] };
  if (!found.result_set) throw unreadable(new URL(PDB_SEARCH).host);
  return found.result_set.flatMap(({ identifier: id = '' }) =>
    PDB_ENTRY.test(id) ? [{ database: 'PDB' as const, id }] : [],
  );
}

/** The fields of a hit that are read. */
interface SimilarEntry {
  readonly identifier?: string;
}

/** Fetches an entry; its accession is all that is sent. @throws ApiError in words */
export async function fetchEntry(accession: Accession): Promise<PublicEntry> {
  const { database, id } = accession;
  if (database === 'PDB') {
    const structure = await bytesOf(
      `${PDB_FILES}/download/${id}.cif`,
      `The PDB has no entry ${id}.`,
    );
    return { name: id, description: '', structure };
  }
  const found = await jsonOf(
    `${ALPHAFOLD}/api/prediction/${id}`,
    `AlphaFold DB has no prediction of ${id}.`,
  );
  const entry = (Array.isArray(found) ? found[0] : found) as AlphafoldEntry | undefined;
  if (typeof entry?.cifUrl !== 'string') throw unreadable('AlphaFold DB');
  return {
    name: entry.entryId ?? id,
    description: entry.uniprotDescription ?? '',
    structure: await structureAt(entry.cifUrl),
  };
}

/** The prediction of exactly this sequence, which is sent to EMBL-EBI. @throws ApiError in words */
export async function findBySequence(sequence: string): Promise<PublicEntry> {
  const query = new URLSearchParams({ id: sequence, type: 'sequence', rows: String(ROWS) });
  const found = (await jsonOf(
    `${ALPHAFOLD}/api/sequence/summary?${query.toString()}`,
    'AlphaFold DB has no prediction of exactly this sequence.',
  )) as { readonly structures?: readonly { readonly summary?: StructureSummary }[] };
  const summary = found.structures?.[0]?.summary;
  if (typeof summary?.model_url !== 'string') throw unreadable('AlphaFold DB');
  return {
    name: summary.model_identifier ?? 'AlphaFold DB',
    description: summary.entities?.[0]?.description ?? '',
    structure: await structureAt(summary.model_url),
  };
}

/** The fields of `/api/prediction/ACCESSION` that are read. */
interface AlphafoldEntry {
  readonly entryId?: string;
  readonly uniprotDescription?: string;
  readonly cifUrl?: string;
}

/** The fields of `/api/sequence/summary` that are read. @source 3D-Beacons, `summary` */
interface StructureSummary {
  readonly model_identifier?: string;
  readonly model_url?: string;
  readonly entities?: readonly { readonly description?: string }[];
}

/** Only files of the database itself are followed to. */
function structureAt(url: string): Promise<Uint8Array> {
  if (new URL(url, ALPHAFOLD).origin !== ALPHAFOLD) throw unreadable('AlphaFold DB');
  return bytesOf(url, 'AlphaFold DB lists this prediction, but has no file of it.');
}

async function bytesOf(url: string, missing: string): Promise<Uint8Array> {
  return new Uint8Array(await (await ask(url, missing)).arrayBuffer());
}

async function jsonOf(url: string, missing: string): Promise<unknown> {
  return readJson(await ask(url, missing));
}

function readJson(response: Response): Promise<unknown> {
  return response.json().catch(() => {
    throw unreadable(new URL(response.url).host);
  });
}

async function ask(url: string, missing: string): Promise<Response> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    throw new ApiError(0, {
      detail: `${host} does not answer.`,
      hint: 'Check the connection to the internet and try again.',
    });
  }
  if (response.ok) return response;
  if (response.status === 404 || response.status === 400)
    throw new ApiError(404, { detail: missing });
  throw new ApiError(response.status, {
    detail: `${host} answered ${response.status}.`,
    hint: 'Try again in a while.',
  });
}

function unreadable(where: string): ApiError {
  return new ApiError(0, { detail: `The answer of ${where} could not be read.` });
}
