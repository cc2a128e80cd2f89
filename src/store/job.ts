import { z } from 'zod';
import type { PredictionEstimate } from '#architectures/family';

/** How rows are drawn from an alignment. */
const ROWS = {
  maxClusters: z.number().int().optional(),
  maxExtra: z.number().int().optional(),
  sampling: z.enum(['random', 'first']).optional(),
  seed: z.number().int().optional(),
};
/** An alignment that came with the request; the text itself is stored apart. */
const GivenAlignment = z.object({
  /** Of the text, as it was given. */
  sha256: z.string(),
  /** Rows of the file, the query among them. */
  numRows: z.number().int(),
  ...ROWS,
});
/** An alignment that a server is asked for; it is stored as a given one is, once it is found. */
const SearchedAlignment = z.object({
  /** Address of an MMseqs2 server. */
  server: z.string(),
  /** What it searches, in its own words. */
  mode: z.string(),
  ...ROWS,
});

/** Known structures that came with the request; they themselves are stored apart. */
const GivenTemplates = z.object({
  /** Of the chains, packed. */
  sha256: z.string(),
  numChains: z.number().int(),
});
/** Known structures that are searched for; they are stored as given ones are, once they are found. */
const SearchedTemplates = z.object({
  from: z.enum(['library', 'pdb']),
  /** Which library, by what it holds; or the address of the search of the PDB. */
  place: z.string(),
  /** What is left out, as `TemplateFilter`. */
  filter: z
    .object({
      maxDate: z.string().optional(),
      maxIdentity: z.number().optional(),
      exclude: z.array(z.string()).optional(),
    })
    .optional(),
});
export type SearchedTemplates = Readonly<z.infer<typeof SearchedTemplates>>;

/** Where a job stands; only the first two ever change by themselves. */
export const JOB_STATES = ['waiting', 'active', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** States that a job leaves only when somebody asks for it again. */
export const FINAL_STATES: readonly JobState[] = ['completed', 'failed', 'cancelled'];

/**
 * All that a model is asked to compute, and nothing else: no names, no codons, nobody's title. The id of a job is a hash
 * of the whole of it, so a field that is added here is part of the id.
 */
export const JobRequest = z.object({
  chains: z.array(z.object({ id: z.string(), sequence: z.string() })),
  /** Extra passes that feed outputs back. */
  numRecycles: z.number().int(),
  alignment: z.union([GivenAlignment, SearchedAlignment]).optional(),
  templates: z.union([GivenTemplates, SearchedTemplates]).optional(),
  /** Å; passes end early where they change less. */
  recycleTolerance: z.number().optional(),
});
export type JobRequest = Readonly<z.infer<typeof JobRequest>>;

/** Who is asked in a search: a server, which takes minutes and one question at a time, or a library on this machine. */
export const SEARCH_KINDS = ['server', 'library'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** What has to be searched for before a request can be computed: relatives, their structures; false where nothing has. */
export function searchOf({ alignment, templates }: JobRequest): SearchKind | false {
  if (alignment && 'server' in alignment) return 'server';
  const searched = searchedTemplates({ templates });
  if (!searched) return false;
  return searched.from === 'library' ? 'library' : 'server';
}

/** Where the templates of a request are searched for; undefined where they came with it, or there are none. */
export function searchedTemplates({
  templates,
}: Pick<JobRequest, 'templates'>): SearchedTemplates | undefined {
  return templates && 'from' in templates ? templates : undefined;
}

/** Why a job failed, as whoever asked for it may read it. */
export interface JobError {
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
}

/** A computation. It belongs to nobody: everybody who asks for the same shares it. */
export interface NewJob {
  /** Hash of model and request. */
  readonly id: string;
  readonly model: { readonly name: string; readonly sha256: string };
  readonly request: JobRequest;
  readonly numResidues: number;
  readonly estimate: PredictionEstimate;
  /** Text of the alignment that the request tells of, packed by gzip; records come without it. */
  readonly alignment?: Uint8Array;
  /** Chains of the templates that the request tells of, packed by gzip; records come without them. */
  readonly templates?: Uint8Array;
}

/** Bytes of what comes with a job beside its request. */
export function inputBytesOf({ alignment, templates }: NewJob): number {
  return (alignment?.length ?? 0) + (templates?.length ?? 0);
}

/** What a job reads beside its request. */
export type InputKind = 'alignment' | 'templates';

/** What a search has found, packed by gzip. */
export type FoundInputs = Readonly<Partial<Record<InputKind, Uint8Array>>>;

/** What is known of a job without its result. Times are milliseconds since 1970. */
export interface JobRecord extends NewJob {
  /** Grows with every new job. */
  readonly seq: number;
  readonly state: JobState;
  /** What has still to be searched for. */
  readonly searches: SearchKind | false;
  /** How often it was started, over all its life. */
  readonly attempts: number;
  /** How many of these runs ended without saying how, since it was last asked for. */
  readonly interruptions: number;
  /** When it last began to wait. */
  readonly queuedAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly error?: JobError;
  /** Of completed jobs. */
  readonly summary?: ResultSummary;
}

/** What a list shows of a result. */
export interface ResultSummary {
  readonly meanPlddt: number;
  readonly ptm: number;
  /** Of several chains. */
  readonly iptm?: number;
}

/** A finished prediction, ready to be stored. */
export interface StoredResult {
  /** What `serialisePrediction` wrote. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly summary: ResultSummary;
}

/** One run of a job by one worker; a later run of the same job ends it. */
export interface Run {
  /** Of the job. */
  readonly id: string;
  /** Unique among all runs. */
  readonly token: string;
}
