/** @file The page's only door to the server: `/api/v1` as its OpenAPI document describes it. */
import type { FILE_TYPES } from '#server/results/render-file';
import type {
  AttentionNetwork,
  AttentionSizes,
  PredictionEstimate,
  TemplateUse,
} from '#architectures/family';
import type { Answer } from '#client/index';
import type { Confidence } from '#predict/files/confidence';
import type { ModelFacts } from '#predict/model-facts';
import type { Chain } from '#sequence/chain';
import type { SequenceKind } from '#sequence/interpretation';
import type { InstallationState } from '#server/models/installations';
import type { EngineFacts } from '#tensor/engine/engine';
import type { Accuracy } from '#weights/registry-model';

/** Where the API is. */
export const BASE = '/api/v1';

/** Job states, after the API. */
export type JobStatus = 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';

/** How far a running job is. */
export interface JobProgress {
  readonly pass: number;
  readonly numPasses: number;
  readonly block: number;
  readonly numBlocks: number;
}

/** One prediction as the API tells of it. */
export interface Job {
  readonly id: string;
  /** Safe as the name of a file. */
  readonly name: string;
  readonly input?: { readonly title: string };
  readonly model?: string;
  readonly status: JobStatus;
  /** Whether this browser may cancel and delete it; absent for what runs in the browser itself. */
  readonly isOwn?: boolean;
  /** Jobs before this one; waiting jobs only. */
  readonly position?: number;
  readonly progress?: JobProgress;
  /** How the search for relatives stands, while there is one. */
  readonly search?: { readonly message: string } | undefined;
  /** Share of the model that has arrived, 0-1; only while it is loaded to be run in this browser. */
  readonly loading?: number | undefined;
  /** What computes, in words; only while it runs in this browser. */
  readonly engine?: string;
  readonly estimate?: PredictionEstimate;
  /** What is folded; lets the structure be drawn while it forms. */
  readonly chains?: readonly Chain[];
  readonly error?: { readonly code?: string; readonly detail: string; readonly hint?: string };
}

/** What people call it: the whole header line where there was one. */
export function titleOfJob({ name, input }: Pick<Job, 'name' | 'input'>): string {
  return input?.title || name;
}

/** What the form sends. */
export interface Submission {
  readonly fasta: string;
  readonly type?: SequenceKind;
  readonly geneticCode?: number;
  readonly frame?: number | undefined;
  readonly start?: number | undefined;
  readonly alternativeStarts?: boolean;
  readonly circular?: boolean;
  /** Names of the records that are read; all if left out. */
  readonly record?: readonly string[];
  /** All records are the chains of one complex. */
  readonly complex?: boolean;
  /** Of a complex, in the order of its chains. */
  readonly chainNames?: readonly string[];
  readonly model?: string;
  readonly numRecycles?: number;
  /** Relatives, for models that read them. */
  readonly alignment?: string | File;
  /** Known structures of relatives, for models that read them, or where the server searches for some. */
  readonly templates?: readonly File[] | 'library' | 'pdb';
  /** Relatives are searched for, on the server that the model names. */
  readonly msa?: 'server';
}

/** What a prediction of some length takes; the server measures a few lengths. */
export interface MeasuredEstimate extends PredictionEstimate {
  readonly numResidues: number;
  /** What each recycle beyond the model's default adds. */
  readonly secondsPerRecycle?: number;
}

/** A model that the server can run. */
export interface ServedModel {
  readonly name: string;
  readonly numBlocks: number;
  /** What its attention is shown of. */
  readonly attention: readonly AttentionSizes[];
  readonly numRecycles: number;
  /** Absent on servers that know nothing of alignments. */
  readonly readsAlignments?: boolean;
  /** Absent on servers that know nothing of templates. */
  readonly readsTemplates?: boolean;
  /** Where relatives can be searched for; absent where they cannot. */
  readonly alignmentServer?: string;
  /** What the server can search for templates; absent where it has no library. */
  readonly templateLibrary?: { readonly numChains: number };
  /** Where a search of the PDB sends sequences; absent where none is. */
  readonly templateServer?: string;
  /** Of its weights; absent on servers that do not tell. */
  readonly sha256?: string;
  /** Its files, for `modelFileUrl`; absent where the server keeps them to itself. */
  readonly sharedFiles?: readonly { readonly name: string; readonly bytes: number }[];
  /** What some lengths take with the default number of recycles. */
  readonly estimates?: readonly MeasuredEstimate[];
  /** Longest input that the server takes, in residues. */
  readonly maxResidues?: number;
  /** Most memory that it gives to one prediction. */
  readonly maxMegabytes?: number;
  /** What the operator had it compute on, such as `auto`. */
  readonly device?: string;
  /** What computes; absent before the first prediction, unless a device was asked for. */
  readonly engine?: EngineFacts;
  readonly accuracy?: Accuracy;
}

/** A model that is known by name, served or not. */
export interface KnownModel extends Partial<Omit<ModelFacts, 'name'>> {
  readonly name: string;
  readonly isServed?: boolean;
  /** Whether its files are on the server. */
  readonly isHere?: boolean;
  readonly installation?: InstallationState;
}

/** What `/models` answers. */
export interface ModelList {
  /** The default first. */
  readonly models: readonly ServedModel[];
  readonly known: readonly KnownModel[];
  /** Whether this page may have models installed. */
  readonly mayInstall?: boolean;
}

/** A model's mean TM-score, by which models are chosen; 0 where nothing is known. */
export function tmScoreOf({ accuracy }: Pick<ServedModel, 'accuracy'>): number {
  return accuracy?.cameoTmScore ?? accuracy?.heldOutTmScore ?? 0;
}

/** A refusal in the server's own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string | undefined;
  readonly hint: string | undefined;

  constructor(status: number, message: string, problem: { code?: string; hint?: string } = {}) {
    super(message);
    this.status = status;
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

/** The page has no key to send, and `EventSource` could not send one: the server's hint to send it is for programs. */
const KEY_NEEDED = 'This server takes predictions only over its REST API, and with a key.';
const KEY_NEEDED_HINT = '“Fold in this browser” works without one.';

/** Follows RFC 9457: any failure becomes an `ApiError` with words for the user. */
async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${BASE}${path}`, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'The server does not answer.', {
      hint: 'Check the connection and try again.',
    });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (key: string): string | undefined =>
    typeof problem[key] === 'string' ? problem[key] : undefined;
  const [code, hint] = [text('code'), text('hint')];
  if (response.status === 401) throw new ApiError(401, KEY_NEEDED, { hint: KEY_NEEDED_HINT });
  throw new ApiError(
    response.status,
    text('detail') ?? text('title') ?? `The server answered ${response.status}.`,
    { ...(code !== undefined && { code }), ...(hint !== undefined && { hint }) },
  );
}

/** Asks for predictions: one for each record. @throws ApiError with what is wrong with the input */
export async function submitPrediction(submission: Submission): Promise<Job[]> {
  const response = await request('/predictions', {
    method: 'POST',
    ...bodyOf(submission),
  });
  const answer = (await response.json()) as Job | { readonly predictions: readonly Job[] };
  return 'predictions' in answer ? [...answer.predictions] : [answer];
}

/** JSON, or a form where there is a file. */
function bodyOf({ templates = [], ...others }: Submission): Pick<RequestInit, 'headers' | 'body'> {
  const isSearched = typeof templates === 'string';
  const submission = { ...others, ...(isSearched ? { templates } : {}) };
  const files = isSearched ? [] : templates;
  if (!(submission.alignment instanceof File) && files.length === 0)
    return {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(submission),
    };
  const body = new FormData();
  for (const [field, value] of Object.entries(submission))
    body.set(field, value instanceof File ? value : String(value));
  for (const template of files) body.append('templates', template);
  return { body };
}

/** @throws ApiError 404 where there is no such prediction */
export async function fetchJob(id: string): Promise<Job> {
  return (await request(`/predictions/${encodeURIComponent(id)}`)).json() as Promise<Job>;
}

/** Stops a job that has not finished. */
export async function cancelJob(id: string): Promise<void> {
  await request(`/predictions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Deletes a prediction from the server; one that has not finished is cancelled before. */
export async function deleteJob(id: string): Promise<void> {
  const path = `/predictions/${encodeURIComponent(id)}`;
  const { status } = await request(path, { method: 'DELETE' });
  if (status !== 204) await request(path, { method: 'DELETE' });
}

/** The models to choose from, and those that could be installed. */
export function fetchModelList(): Promise<ModelList> {
  return modelListIn(request('/models'));
}

/** Has the server fetch and serve a model. @throws ApiError where it may not */
export function installModel(name: string): Promise<ModelList> {
  return modelListIn(request(installationPath(name), { method: 'POST' }));
}

/** Stops the installation of a model. */
export function cancelInstallation(name: string): Promise<ModelList> {
  return modelListIn(request(installationPath(name), { method: 'DELETE' }));
}

const installationPath = (name: string): string =>
  `/models/${encodeURIComponent(name)}/installation`;

/** Address of one of the files of a served model. */
export function modelFileUrl(model: string, name: string): string {
  return `${BASE}/models/file?${new URLSearchParams({ model, name }).toString()}`;
}

async function modelListIn(answer: Promise<Response>): Promise<ModelList> {
  const list = (await (await answer).json()) as Partial<ModelList>;
  const { models = [], known = [] } = list;
  const rated = models.map((model) => {
    const accuracy = known.find(({ name }) => name === model.name)?.accuracy;
    return { ...model, ...(accuracy && { accuracy }) };
  });
  return { ...list, models: rated, known };
}

/** Address of one of a result's files. */
export function fileUrl(id: string, file: ResultFile): string {
  return `${BASE}/predictions/${encodeURIComponent(id)}/${file}`;
}

/** Media types of the files of a finished prediction; the compiler holds them to those of the server. */
export const RESULT_TYPES: typeof FILE_TYPES = {
  'structure.pdb': 'chemical/x-pdb',
  'structure.cif': 'chemical/x-mmcif',
  'confidence.json': 'application/json',
  'pae.json': 'application/json',
  'bundle.zip': 'application/zip',
};

/** Files of a finished prediction. */
export const RESULT_FILES = Object.keys(RESULT_TYPES) as readonly ResultFile[];

/** One of {@link RESULT_FILES}. */
export type ResultFile = keyof typeof RESULT_TYPES;

/** A result's file as text. */
export async function fetchText(id: string, file: ResultFile): Promise<string> {
  return (await request(`/predictions/${encodeURIComponent(id)}/${file}`)).text();
}

/** A template that a prediction may have been folded after. @throws ApiError */
export async function fetchTemplate(
  id: string,
  { source, chainId }: Pick<TemplateUse, 'source' | 'chainId'>,
): Promise<string> {
  const query = new URLSearchParams({ source, chain: chainId }).toString();
  return (await request(`/predictions/${encodeURIComponent(id)}/template.pdb?${query}`)).text();
}

/** What `confidence.json` says. */
export function parseConfidence(text: string): Confidence {
  return JSON.parse(text) as Confidence;
}

/** One head of a network. */
export interface AttentionHead {
  readonly network: AttentionNetwork;
  readonly block: number;
  readonly head: number;
}

/** All heads as small pictures. */
export interface AttentionOverview {
  /** Rows and columns of each. */
  readonly size: number;
  readonly heads: readonly (AttentionHead & {
    /** `[size, size]` 0-255 */
    readonly thumbnail: Uint8Array;
  })[];
}

/** Small pictures of all heads, from one run of the model. */
export async function fetchAttentionOverview(
  id: string,
  signal: AbortSignal,
): Promise<AttentionOverview> {
  const path = `/predictions/${encodeURIComponent(id)}/attention/overview`;
  const { size, heads } = (await (await request(path, { signal })).json()) as {
    readonly size: number;
    readonly heads: readonly (AttentionHead & { readonly thumbnail: string })[];
  };
  const bytesOf = (text: string): Uint8Array =>
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return {
    size,
    heads: heads.map((head) => ({ ...head, thumbnail: bytesOf(head.thumbnail) })),
  };
}

/** Attention of one head. @returns `[N, N]` */
export async function fetchAttention(
  id: string,
  { network, block, head }: AttentionHead,
  signal: AbortSignal,
): Promise<Float32Array> {
  const query = new URLSearchParams({ network, block: String(block), head: String(head) });
  const response = await request(
    `/predictions/${encodeURIComponent(id)}/attention?${query.toString()}`,
    { signal, headers: { accept: 'application/octet-stream' } },
  );
  return new Float32Array(await response.arrayBuffer());
}

/** What a language model says of a mutant. */
export type MutantScore = Answer<'getMutantScore'>;

/** How likely a language model finds a mutant of a prediction. @param chain its name; the first if undefined */
export async function fetchMutantScore(
  id: string,
  { chain, mutant }: { readonly chain: string | undefined; readonly mutant: string },
  signal: AbortSignal,
): Promise<MutantScore> {
  const query = new URLSearchParams({ mutant, ...(chain !== undefined && { chain }) }).toString();
  const path = `/predictions/${encodeURIComponent(id)}/mutant-score?${query}`;
  return (await request(path, { signal })).json() as Promise<MutantScore>;
}

/** Another prediction of the server, and how alike its sequence is. */
export interface Neighbour {
  /** Cosine of the model's embeddings, -1 to 1. */
  readonly similarity: number;
  readonly prediction: {
    readonly id: string;
    readonly name: string;
    readonly numResidues: number;
    /** 0-100 */
    readonly meanPlddt?: number;
  };
}

const MOST_NEIGHBOURS = 6;

/** The predictions most similar to a finished one, nearest first. */
export async function fetchNeighbours(id: string, signal: AbortSignal): Promise<Neighbour[]> {
  const path = `/predictions/${encodeURIComponent(id)}/neighbours?limit=${MOST_NEIGHBOURS}`;
  const response = await request(path, { signal });
  const { neighbours } = (await response.json()) as { readonly neighbours: Neighbour[] };
  return neighbours;
}
