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

/** Known structures that a job is folded after; they themselves are stored apart. */
const JobTemplates = z.object({
  /** Of the chains, packed. */
  sha256: z.string(),
  numChains: z.number().int(),
});

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
  templates: JobTemplates.optional(),
  /** Å; passes end early where they change less. */
  recycleTolerance: z.number().optional(),
});
export type JobRequest = Readonly<z.infer<typeof JobRequest>>;

/** Whether relatives have to be searched for before the request can be computed. */
export function needsSearch({ alignment }: JobRequest): boolean {
  return alignment !== undefined && 'server' in alignment;
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

/** What a job reads beside its request. */
export type InputKind = 'alignment' | 'templates';

/** What is known of a job without its result. Times are milliseconds since 1970. */
export interface JobRecord extends NewJob {
  /** Grows with every new job. */
  readonly seq: number;
  readonly state: JobState;
  /** Whether its relatives have still to be searched for. */
  readonly searches: boolean;
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
