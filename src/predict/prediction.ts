import type { PredictionEstimate } from '#architectures/family';
import type { Chain } from '#sequence/chain';

/** What a model is asked to fold. */
export interface PredictionRequest {
  /** Name of the record; becomes the file name. */
  readonly name: string;
  readonly chains: readonly Chain[];
  /** Extra passes that feed outputs back; the model's own default where absent. */
  readonly numRecycles?: number;
}

/** Where a running prediction stands. */
export interface PredictionProgress {
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
}

/** A predicted structure with its confidence: plain data, N residues over all chains, no linkers. */
export interface Prediction {
  readonly name: string;
  /** Model name and the sha256 of its weights. */
  readonly model: { readonly name: string; readonly sha256: string };
  readonly numRecycles: number;
  readonly chains: readonly Chain[];
  /** `[N]` residue types 0-20 in the order ARNDCQEGHILKMFPSTWYVX. */
  readonly aatype: Uint8Array;
  /** `[N]` 0-based chain of each residue. */
  readonly chainIndex: Int32Array;
  /** `[N]` residue numbers as written to files: 1-based within each chain. */
  readonly residueNumber: Int32Array;
  /** `[N, 14, 3]` */
  readonly atom14: Float32Array;
  /** `[N, 14]` 1 where the residue has the atom. */
  readonly atom14Mask: Uint8Array;
  /** `[N]` 0-100. */
  readonly plddt: Float32Array;
  readonly meanPlddt: number;
  /** Predicted TM-score, 0-1. */
  readonly ptm: number;
  /** `[N, N]` expected error of residue j when aligned on the frame of residue i. */
  readonly pae: Float32Array;
  /** Largest value that `pae` can take. */
  readonly maxPae: number;
  /** `[N, N]` probability that two pseudo-betas lie within 8 Å. */
  readonly contacts: Float32Array;
  /** `[D]` sequence embedding averaged over residues, for search by similarity. */
  readonly embedding: Float32Array;
}

/** Attention weights of one trunk block and head. */
export interface AttentionMap {
  readonly block: number;
  readonly head: number;
  /** `[N, N]` row i: how much residue i draws from each residue j; rows sum to 1. */
  readonly weights: Float32Array;
}

/** Runs one model. The three doors (command line, server, page) know models only through this. */
export interface Predictor {
  readonly model: {
    readonly name: string;
    readonly sha256: string;
    readonly numBlocks: number;
    readonly numHeads: number;
    readonly numRecycles: number;
  };
  /** Time and memory for so many residues in all, linkers between chains included (see `requestLength`). */
  estimate(numResidues: number, numRecycles?: number): PredictionEstimate;
  /**
   * @throws FoldError `JOB_CANCELLED` once `signal` aborts; `WORKER_DIED` when the engine's process ends;
   *   `WEIGHTS_NOT_FINITE` and `RESULT_NOT_FINITE` where weights or results are NaN or infinite
   */
  predict(
    request: PredictionRequest,
    options?: {
      readonly signal?: AbortSignal;
      readonly onProgress?: (progress: PredictionProgress) => void;
    },
  ): Promise<Prediction>;
  /** Attention of the last pass, recomputed on demand. */
  attention(
    request: PredictionRequest,
    select: { readonly block: number; readonly head: number },
    options?: { readonly signal?: AbortSignal },
  ): Promise<AttentionMap>;
  close(): Promise<void>;
}
