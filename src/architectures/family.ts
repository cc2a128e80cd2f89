/** @file What each family of folding models gives to the rest of the program, which knows models only through this. */
import type { RunnerOptions } from '#execution/graph-runner';
import type { ComplexScores } from '#layers/heads/predicted-tm-scores';
import type { TemplateChain } from '#structure/templates/template-chain';
import type { Engine } from '#tensor/engine/engine';
import type { TensorSource } from '#weights/tensor-source';

/** What determines a structure, beside the model. */
export interface FoldingRequest {
  /** At least one; N residues in all. */
  readonly chains: readonly { readonly sequence: string }[];
  /** Extra passes that feed outputs back; the model's own default where absent. */
  readonly numRecycles?: number | undefined;
  /**
   * No further pass is made once CA-CA distances changed by no more than this, root mean square, Å; only for models that
   * stop early. All passes are made where absent.
   */
  readonly recycleTolerance?: number | undefined;
  /** Relatives of the chains; only for models that read them. */
  readonly alignment?: RequestedAlignment | undefined;
  /** Known structures of relatives; only for models that read them, and of one chain. */
  readonly templates?: readonly TemplateChain[] | undefined;
}

/** An alignment, and how a model draws rows from it. What is absent is as the model's authors published it. */
export interface RequestedAlignment {
  /** The file: a3m (ColabFold's of complexes too), aligned FASTA or Stockholm, its first row the chains' sequences. */
  readonly text: string;
  /** Rows that the network sees whole, the query among them. */
  readonly maxClusters?: number | undefined;
  /** Rows that only the stack of extra rows sees. */
  readonly maxExtra?: number | undefined;
  /** `random`: drawn again for each pass, and masked. `first`: in the order of the file, nothing masked. */
  readonly sampling?: 'random' | 'first' | undefined;
  /** The same seed draws the same rows and masks; 0 where absent. */
  readonly seed?: number | undefined;
}

/** How large a request is: all that time and memory depend on. */
export interface Workload {
  readonly chainLengths: readonly number[];
  readonly numRecycles?: number | undefined;
  /** Rows that are drawn from the alignment at most; as published where absent. */
  readonly maxClusters?: number | undefined;
  readonly maxExtra?: number | undefined;
  /** Rows of the alignment; nothing is known of it where absent. */
  readonly numRows?: number | undefined;
  /** Known structures that are given; none where absent. */
  readonly numTemplates?: number | undefined;
  /** Bytes of all weights, where they are part of graphs and have to be in memory together. */
  readonly graphWeightBytes?: number | undefined;
}

/** What an alignment had to say, for people who judge a prediction by it. */
export interface AlignmentSummary {
  /** Hash of the alignment and of how rows were drawn from it, see {@link alignmentId}. */
  readonly request: string;
  /** Rows of the file, the query among them. */
  readonly numRows: number;
  /** Rows weighted by how many others are at least 80 % identical to them. */
  readonly effectiveNumber: number;
  /** `[N]` rows that have a residue at each position of the query. */
  readonly depth: readonly number[];
  /** Rows joined to bands, by identity to the query, closest first. */
  readonly bands: readonly AlignmentBand[];
}

/** Rows of about the same identity to the query. */
export interface AlignmentBand {
  /** Mean identity to the query, 0-1. */
  readonly identity: number;
  /** `[N]` share of the rows that have a residue at each position, 0-100. */
  readonly covered: readonly number[];
}

/** Which known structures a prediction was folded after. */
export interface TemplateSummary {
  /** Hash of all that were given, see {@link templatesId}. */
  readonly request: string;
  /** The best first; chains that a better one of the same file stands for are left out. */
  readonly chains: readonly TemplateUse[];
}

/** A template as it lies over a query of N residues. */
export interface TemplateUse {
  readonly source: string;
  readonly chainId: string;
  /** Whether the prediction was folded after it: it is related beyond doubt, and adds something to those before it. */
  readonly isUsed: boolean;
  /** Share of aligned residues that are of the same type, 0-1. */
  readonly identity: number;
  /** Share of the query's residues that are aligned, 0-1. */
  readonly coverage: number;
  /** Alignments as good that unrelated sequences would have. */
  readonly expectedByChance: number;
  /** Letters of the query and of the template, aligned, `-` in gaps. */
  readonly alignedQuery: string;
  readonly alignedTemplate: string;
  /** `[N]` number of the template's residue that each of the query was folded after; '' where it has none. */
  readonly residues: readonly string[];
}

/** What a prediction will need; asked before any work is done. */
export interface PredictionEstimate {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Where a running model stands. */
export interface FoldingProgress {
  /** Passes finished so far, out of `numPasses` = recycles + 1. */
  readonly pass: number;
  readonly numPasses: number;
  /** Trunk blocks finished in the current pass. */
  readonly block: number;
  readonly numBlocks: number;
  /** `[N, 14, 3]` coordinates after a finished pass; absent between. */
  readonly atom14?: Float32Array;
  /** `[N]` pLDDT after a finished pass; absent between. */
  readonly plddt?: Float32Array;
  /** How far CA-CA distances moved in a finished pass, root mean square, Å; from the second pass on, of models that tell. */
  readonly change?: number;
}

/** The share of its blocks that a running model has finished, 0-1. */
export function fractionDone({
  pass,
  numPasses,
  block,
  numBlocks,
}: Pick<FoldingProgress, 'pass' | 'numPasses' | 'block' | 'numBlocks'>): number {
  return Math.min(1, (pass + block / numBlocks) / numPasses);
}

/** How many passes a network makes, and how they are watched and stopped. */
export interface PassOptions<PassOutput> {
  /** Extra passes; as the model's configuration says where absent. */
  readonly numRecycles?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each block of a pass. */
  readonly onBlock?: (pass: number, block: number) => void;
  /** Called after each pass with what it found. */
  readonly onPass?: (pass: number, output: PassOutput) => void;
}

/** How a running model is watched and stopped. */
export interface FoldingControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FoldingProgress) => void) | undefined;
}

/** When passes were to stop. */
export interface RecyclingLimit {
  /** Extra passes at most. */
  readonly mostRecycles: number;
  /** See {@link FoldingRequest.recycleTolerance}. */
  readonly tolerance: number;
}

/** What a model computes for the N residues of a request, and for nothing else that it may have read. */
export interface Folded {
  /** Extra passes that were made. */
  readonly numRecycles: number;
  /** Where the request had passes stop early. */
  readonly recycling?: RecyclingLimit;
  /** `[N, 14, 3]` Å. */
  readonly atom14: Float32Array;
  /** `[N]` 0-100. */
  readonly plddt: Float32Array;
  /** Predicted TM-score, 0-1. */
  readonly ptm: number;
  /** Of how several chains lie to each other; absent where there is one. */
  readonly complex?: ComplexScores;
  /** `[N, N]` Å, expected error of residue j when aligned on the frame of residue i. */
  readonly pae: Float32Array;
  /** Largest value that `pae` can take, Å. */
  readonly maxPae: number;
  /** `[N, N]` probability that two pseudo-betas lie within 8 Å. */
  readonly contacts: Float32Array;
  /** `[D]` what the model knows of the sequence, averaged over residues. */
  readonly embedding: Float32Array;
  /** Of models that read one, where one was given. */
  readonly alignment?: AlignmentSummary;
  /** Of models that read them, where some were given. */
  readonly templates?: TemplateSummary;
}

/** A network whose attention is shown. */
export type AttentionNetwork = 'language-model' | 'trunk';

/** How much attention a network has. */
export interface AttentionSizes {
  readonly network: AttentionNetwork;
  readonly numBlocks: number;
  readonly numHeads: number;
}

/** Attention of all heads of one block. */
export interface BlockAttention {
  readonly network: AttentionNetwork;
  readonly block: number;
  /**
   * `[H, N, N]` row i: how much residue i draws from each residue j. Rows sum to 1, or to less where a residue also attends
   * to what is not part of a chain: linkers, and the ends of the language model's sentence.
   */
  readonly weights: Float32Array;
}

/** How attention is received, and stopped. */
export interface AttentionControl {
  /** Called with each block in its turn. */
  readonly onBlock: (attention: BlockAttention) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A model in memory, which folds one request at a time. */
export interface RunningModel {
  /** @throws FoldError `MEMORY_ESTIMATE`; `JOB_CANCELLED` between two blocks after the signal aborts */
  fold(request: FoldingRequest, control?: FoldingControl): Promise<Folded>;
  /** Attention of all blocks of {@link FoldingModel.attention}, that of the trunk in the last pass. */
  attention(request: FoldingRequest, control: AttentionControl): Promise<void>;
  close(): Promise<void>;
}

/** A model of some family: its sizes are known, its weights are not yet read. */
export interface FoldingModel {
  readonly family: 'esmfold' | 'alphafold2';
  /** Blocks of the trunk. */
  readonly numBlocks: number;
  /** What {@link RunningModel.attention} shows, in this order. */
  readonly attention: readonly AttentionSizes[];
  /** Extra passes that predictions make where a request does not say. */
  readonly numRecycles: number;
  readonly readsAlignments: boolean;
  /** Whether it heeds {@link FoldingRequest.recycleTolerance}. */
  readonly stopsEarly: boolean;
  readonly readsTemplates: boolean;
  /**
   * Stops where weights are not of this model, before they are needed.
   *
   * @throws FoldError `WEIGHTS_MISMATCH`
   */
  requireWeights(weights: TensorSource): void;
  /** Time and memory on two cores. */
  estimate(workload: Workload): PredictionEstimate;
  /**
   * Starts the model.
   *
   * @param engine that computes
   * @param weights named as in the family's checkpoints
   */
  start(engine: Engine, weights: TensorSource, options?: RunnerOptions): RunningModel;
}

/** How large a request is. */
export function workloadOf({
  chains,
  numRecycles,
  alignment,
  templates,
}: FoldingRequest): Workload {
  const { maxClusters, maxExtra } = alignment ?? {};
  const chainLengths = chains.map(({ sequence }) => sequence.length);
  const numRows = alignment ? mostRows(alignment.text) : 1;
  const numTemplates = templates?.length;
  return { chainLengths, numRecycles, maxClusters, maxExtra, numRows, numTemplates };
}

/** Rows of an alignment's text: its titles, or at most its lines where it has none, as Stockholm. */
function mostRows(text: string): number {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/^>/gm) || count(/^/gm);
}

/**
 * Tells alignments apart, and the ways in which rows are drawn from them: the first 32 digits of a SHA-256.
 *
 * @param alignment of a request
 */
export async function alignmentId({
  text,
  maxClusters,
  maxExtra,
  sampling,
  seed = 0,
}: RequestedAlignment): Promise<string> {
  const fields = [text, maxClusters ?? null, maxExtra ?? null, sampling ?? null, seed];
  return idOf([new TextEncoder().encode(JSON.stringify(fields))]);
}

/**
 * Tells sets of templates apart: the first 32 digits of a SHA-256.
 *
 * @param templates of a request
 */
export async function templatesId(templates: readonly TemplateChain[]): Promise<string> {
  const parts = templates.flatMap(({ source, chainId, numbers, aatype, atom14, atom14Mask }) => [
    new TextEncoder().encode(JSON.stringify([source, chainId, numbers])),
    aatype,
    atom14Mask,
    new Uint8Array(atom14.buffer, atom14.byteOffset, atom14.byteLength),
  ]);
  return idOf(parts);
}

async function idOf(parts: readonly Uint8Array[]): Promise<string> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
