/** @file The server of this page: the client of its REST API, and what a browser adds to it. */
import {
  addressOf,
  type Answer,
  ApiError,
  createClient,
  type Given,
  type KnownModel,
  type ModelList,
  type Prediction,
  type ServedModel,
} from '#client/index';
import type { AttentionNetwork } from '#architectures/family';
import type { FileName } from '#predict/files/file-names';

/** The page has no key to send, and `EventSource` could not send one: the server's hint to send it is for programs. */
const KEY_NEEDED = {
  detail: 'This server takes predictions only over its REST API, and with a key.',
  hint: '“Fold in this browser” works without one.',
};
const NO_ANSWER = {
  detail: 'The server does not answer.',
  hint: 'Check the connection and try again.',
};

/** Asks the server of this page; whatever it refuses is an `ApiError` with words for the user. */
export const server = createClient({
  fetch: async (address, init) => {
    const response = await fetch(address, init).catch((error: unknown) => {
      if (init?.signal?.aborted) throw error;
      throw new ApiError(0, NO_ANSWER);
    });
    if (response.status === 401) throw new ApiError(401, KEY_NEEDED);
    return response;
  },
});

/** A prediction of the server, or one made in this browser, of which less is known. */
export interface Job
  extends
    Pick<Prediction, 'id' | 'name' | 'status'>,
    Partial<Omit<Prediction, 'id' | 'name' | 'status' | 'input' | 'search' | 'error'>> {
  readonly input?: Pick<Prediction['input'], 'title'>;
  readonly error?: Partial<Prediction['error']> & { readonly detail: string };
  readonly search?: Prediction['search'] | undefined;
  /** Share of the model that has arrived, 0-1; only while it is loaded to be run in this browser. */
  readonly loading?: number | undefined;
  /** What computes, in words; only while it runs in this browser. */
  readonly engine?: string;
}

/** What people call it: the whole header line where there was one. */
export function titleOfJob({ name, input }: Pick<Job, 'name' | 'input'>): string {
  return input?.title || name;
}

/** What the API takes as JSON. */
type Body = Exclude<Given<'submitPrediction'>['body'], FormData | string>;

/** What the form sends: as the API takes it, and files too. */
export type Submission = {
  readonly [Field in Exclude<keyof Body, 'alignment' | 'templates'>]?: Body[Field] | undefined;
} & {
  readonly alignment?: string | File;
  readonly templates?: readonly File[] | 'library' | 'pdb';
};

/** Asks for predictions: one for each record. @throws ApiError with what is wrong with the input */
export async function submitPrediction(submission: Submission): Promise<readonly Prediction[]> {
  const answer = await server.submitPrediction({ body: bodyOf(submission) });
  return 'predictions' in answer ? answer.predictions : [answer];
}

/** JSON, or a form where there is a file. */
function bodyOf({ alignment, templates = [], ...others }: Submission): Body | FormData {
  const isSearched = typeof templates === 'string';
  const files = isSearched ? [] : templates;
  const submission = { ...others, alignment, ...(isSearched && { templates }) };
  const given = Object.entries(submission).filter(([, value]) => value !== undefined);
  if (!(alignment instanceof File) && files.length === 0) return Object.fromEntries(given);
  const body = new FormData();
  for (const [field, value] of given)
    body.set(field, value instanceof File ? value : String(value));
  for (const template of files) body.append('templates', template);
  return body;
}

/** Deletes a prediction from the server; one that has not finished is cancelled before. */
export async function deletePrediction(id: string): Promise<void> {
  const cancelled = await server.deletePrediction({ path: { id } });
  if (cancelled) await server.deletePrediction({ path: { id } });
}

/** A model that the server can run, with what is known of its accuracy. */
export interface RatedModel extends ServedModel, Pick<KnownModel, 'accuracy'> {}

/** What the server answers about models, with what is known of their accuracy. */
export function rated({ models, known }: ModelList): RatedModel[] {
  return models.map((model) => {
    const accuracy = known.find(({ name }) => name === model.name)?.accuracy;
    return { ...model, ...(accuracy && { accuracy }) };
  });
}

/** A model's mean TM-score, by which models are chosen; 0 where nothing is known. */
export function tmScoreOf({ accuracy }: Pick<KnownModel, 'accuracy'>): number {
  return accuracy?.cameoTmScore ?? accuracy?.heldOutTmScore ?? 0;
}

/** Address of one of the files of a served model. */
export function modelFileUrl(model: string, name: string): string {
  return addressOf('getModelFile', { query: { model, name } });
}

/** Address of one of a result's files. */
export function fileUrl(id: string, file: FileName): string {
  return `${addressOf('getPrediction', { path: { id } })}/${file}`;
}

/** What a language model says of a mutant. */
export type MutantScore = Answer<'getMutantScore'>;

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
  const { size, heads } = await server.getAttentionOverview({ path: { id }, signal });
  const bytesOf = (text: string): Uint8Array =>
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return { size, heads: heads.map((head) => ({ ...head, thumbnail: bytesOf(head.thumbnail) })) };
}
