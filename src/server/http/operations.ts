import type { z } from 'zod';
import { FILE_TYPES, type FileName } from '#predict/files/file-names';
import * as schema from './api-schemas.js';

/** One answer: a schema for JSON, media types for everything else. */
export interface OperationResponse {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly mediaTypes?: readonly string[];
}

/** One route with all that is needed to check its requests and to document it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** With `{id}` for parameters, as OpenAPI writes it. */
  readonly path: string;
  readonly summary: string;
  /** Headers that it heeds besides the usual ones: what each does. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly body?: { readonly json?: z.ZodType; readonly form?: z.ZodType; readonly text?: string };
  readonly responses: Readonly<Record<number, OperationResponse>>;
  /** Routes outside the API need no key. */
  readonly isPublic?: boolean;
}

const json = (description: string, type: z.ZodType): OperationResponse => ({
  description,
  schema: type,
});
const file = (description: string, ...mediaTypes: string[]): OperationResponse => ({
  description,
  mediaTypes,
});
const prediction = '/api/v1/predictions/{id}';
/** One of a result's files. */
const resultFile = <Name extends FileName>(name: Name, description: string, summary: string) => ({
  method: 'get' as const,
  path: `${prediction}/${name}` as const,
  summary,
  responses: { 200: file(description, FILE_TYPES[name]) },
});
const PREDICTION = json('The prediction', schema.PredictionSchema);
const submitted = (description: string) =>
  json(description, schema.PredictionSchema.or(schema.BatchSchema));

/** Every route of the API by the name of its operation. */
export const OPERATIONS = {
  submitPrediction: {
    method: 'post',
    path: '/api/v1/predictions',
    summary:
      'Asks for predictions. The same input under the same name gives the same id; equal sequences are computed only once. Several FASTA records give a batch.',
    headers: { Prefer: '`wait=20` waits up to 20 seconds for the result' },
    query: schema.FoldOptions,
    body: {
      json: schema.FoldRequest,
      form: schema.FoldForm,
      text: 'Letters or FASTA; options are in the query',
    },
    responses: {
      200: submitted('Known already, or finished while waiting'),
      202: submitted('Accepted: it is on disk and will be computed'),
    },
  },
  listPredictions: {
    method: 'get',
    path: '/api/v1/predictions',
    summary:
      'Lists the caller’s own predictions, newest first: those of the key, else of the browser. Programs without a key have a list only on a server that nobody else can reach.',
    query: schema.ListQuerySchema,
    responses: { 200: json('One page', schema.PredictionList) },
  },
  getPrediction: {
    method: 'get',
    path: prediction,
    summary: 'Tells where a prediction stands: queue position, progress, confidence.',
    responses: { 200: PREDICTION },
  },
  deletePrediction: {
    method: 'delete',
    path: prediction,
    summary:
      'Cancels a prediction that has not finished; deletes one that has, and its result where nobody else asked for the same.',
    responses: { 200: PREDICTION, 204: { description: 'Deleted' } },
  },
  followPrediction: {
    method: 'get',
    path: `${prediction}/events`,
    summary:
      'Server-sent events `status`, `progress` and, after each pass, `coordinates` (`atom14` [N, 14, 3] and `plddt` [N] as base64 of little-endian float32).',
    headers: { 'Last-Event-ID': 'Resumes after this event' },
    responses: {
      200: file('Events until the prediction has finished', 'text/event-stream'),
      204: { description: 'No more events follow' },
    },
  },
  getPdb: resultFile(
    'structure.pdb',
    'PDB',
    'The structure in PDB format, pLDDT in the B-factor column.',
  ),
  getCif: resultFile('structure.cif', 'mmCIF', 'The structure as ModelCIF.'),
  getConfidence: resultFile(
    'confidence.json',
    'JSON',
    'pLDDT of each residue, pTM, confidence categories, codons and warnings.',
  ),
  getPae: resultFile('pae.json', 'JSON', 'Predicted aligned error in the form of AlphaFold DB.'),
  getBundle: resultFile('bundle.zip', 'zip', 'All files in one archive.'),
  getAlignment: {
    method: 'get',
    path: `${prediction}/alignment.a3m`,
    summary: 'The alignment that the prediction reads, as it was given.',
    responses: { 200: file('a3m, aligned FASTA or Stockholm', 'text/plain') },
  },
  getTemplate: {
    method: 'get',
    path: `${prediction}/template.pdb`,
    summary: 'A chain that the prediction may have been folded after, as confidence.json names it.',
    query: schema.TemplateQuery,
    responses: { 200: file('PDB', FILE_TYPES['structure.pdb']) },
  },
  getAttention: {
    method: 'get',
    path: `${prediction}/attention`,
    summary: 'Attention weights of one block and head, [N, N].',
    query: schema.AttentionQuery,
    responses: {
      200: {
        description: 'JSON, or little-endian float32 where octets are accepted',
        schema: schema.AttentionSchema,
        mediaTypes: ['application/octet-stream'],
      },
    },
  },
  getAttentionOverview: {
    method: 'get',
    path: `${prediction}/attention/overview`,
    summary: 'Attention of all heads as small pictures.',
    responses: { 200: { description: 'From one run', schema: schema.AttentionOverviewSchema } },
  },
  getMutantScore: {
    method: 'get',
    path: `${prediction}/mutant-score`,
    summary: 'How likely a protein language model finds a mutant of a chain of the prediction.',
    query: schema.MutantQuery,
    responses: { 200: json('The score', schema.MutantScoreSchema) },
  },
  getNeighbours: {
    method: 'get',
    path: `${prediction}/neighbours`,
    summary: 'The caller’s own predictions whose sequences resemble it.',
    query: schema.NeighboursQuery,
    responses: { 200: json('Nearest first', schema.NeighbourList) },
  },
  getBatch: {
    method: 'get',
    path: '/api/v1/batches/{id}',
    summary: 'Tells where the predictions of a batch stand.',
    responses: { 200: json('The batch', schema.BatchSchema) },
  },
  deleteBatch: {
    method: 'delete',
    path: '/api/v1/batches/{id}',
    summary: 'Cancels every prediction of a batch that has not finished; deletes a batch that has.',
    responses: { 200: json('The batch', schema.BatchSchema), 204: { description: 'Deleted' } },
  },
  translate: {
    method: 'post',
    path: '/api/v1/translate',
    summary: 'Reads sequences as a prediction would, without predicting.',
    query: schema.TranslateOptions,
    body: { json: schema.TranslateRequest, text: 'Letters or FASTA; options are in the query' },
    responses: { 200: json('How each record was understood', schema.TranslationList) },
  },
  listModels: {
    method: 'get',
    path: '/api/v1/models',
    summary: 'Lists models with time and memory for some lengths.',
    responses: { 200: json('Models, the default first', schema.ModelList) },
  },
  getModelFile: {
    method: 'get',
    path: '/api/v1/models/file',
    summary:
      'A file of a model that is served, whole or by ranges. Only where the operator allows it (SHARE_MODELS).',
    headers: { Range: 'Asks for a part of the file' },
    query: schema.ModelFileQuery,
    responses: {
      200: file('The file', 'application/octet-stream'),
      206: file('The part', 'application/octet-stream'),
    },
  },
  installModel: {
    method: 'post',
    path: '/api/v1/models/{id}/installation',
    summary:
      'Fetches a model that is known by name and serves it; goes on where an earlier attempt stopped. `GET /api/v1/models` tells how far it is. Only where the operator allows it (INSTALL_MODELS).',
    responses: { 202: json('Models, with the state of the installation', schema.ModelList) },
  },
  cancelInstallation: {
    method: 'delete',
    path: '/api/v1/models/{id}/installation',
    summary: 'Stops the installation of a model; what has arrived is kept for the next attempt.',
    responses: { 200: json('Models', schema.ModelList) },
  },
  foldSequence: {
    method: 'post',
    path: '/foldSequence/v1/pdb/',
    summary: 'ESM Atlas: one protein sequence in, PDB out, at once.',
    body: { text: 'Residues of one or more chains, separated by `:`' },
    responses: { 200: file('PDB', FILE_TYPES['structure.pdb']) },
  },
  foldSequenceShort: {
    method: 'post',
    path: '/foldSequence/v1/',
    summary: 'The same under the address without a format.',
    body: { text: 'Residues of one or more chains, separated by `:`' },
    responses: { 200: file('PDB', FILE_TYPES['structure.pdb']) },
  },
  isLive: {
    method: 'get',
    path: '/health/live',
    summary: 'Answers as long as the process runs.',
    responses: { 200: json('It runs', schema.Health) },
    isPublic: true,
  },
  isReady: {
    method: 'get',
    path: '/health/ready',
    summary: 'Tells whether predictions can be taken: database and model.',
    responses: { 200: json('Yes', schema.Health), 503: json('No', schema.Health) },
    isPublic: true,
  },
} as const satisfies Record<string, Operation>;

/** Name of a route. */
export type OperationId = keyof typeof OPERATIONS;
