import type {
  AttentionSizes,
  Folded,
  FoldingControl,
  FoldingProgress,
  FoldingRequest,
  PredictionEstimate,
  Workload,
} from '#architectures/family';
import type { EngineFacts } from '#tensor/engine/engine';
import type { Chain } from '#sequence/chain';
import type { PackedAttentionControl } from './packed-attention.js';

/** What a model is asked to fold. */
export interface PredictionRequest extends FoldingRequest {
  /** Name of the record; becomes the file name. */
  readonly name: string;
  /** The whole header line of the record, where it says more than its name. */
  readonly title?: string;
  readonly chains: readonly Chain[];
}

/** A record's title, where it says more than its name. */
export function titleOf({
  name,
  title = '',
}: Pick<PredictionRequest, 'name' | 'title'>): Pick<PredictionRequest, 'title'> {
  return title === '' || title === name ? {} : { title };
}

/** Where a running prediction stands. */
export type PredictionProgress = FoldingProgress;

/** A predicted structure with its confidence: plain data, N residues over all chains. */
export interface Prediction extends Folded {
  readonly name: string;
  /** The whole header line of the record, where it says more than its name. */
  readonly title?: string;
  /** Model name and the sha256 of its weights. */
  readonly model: { readonly name: string; readonly sha256: string };
  /** What computed it; absent where it was stored before this was recorded. */
  readonly engine?: EngineFacts;
  readonly chains: readonly Chain[];
  /** `[N]` residue types 0-20 in the order ARNDCQEGHILKMFPSTWYVX. */
  readonly aatype: Uint8Array;
  /** `[N]` 0-based chain of each residue. */
  readonly chainIndex: Int32Array;
  /** `[N]` residue numbers as written to files: 1-based within each chain. */
  readonly residueNumber: Int32Array;
  /** `[N, 14]` 1 where the residue has the atom. */
  readonly atom14Mask: Uint8Array;
  /** Mean of `plddt`. */
  readonly meanPlddt: number;
}

/** How a prediction runs. */
export interface PredictionControl extends FoldingControl {
  /** It runs beside longer ones: pools have processes for that. */
  readonly isExpress?: boolean;
}

/** Runs one model. The three doors (command line, server, page) know models only through this. */
export interface Predictor {
  readonly model: {
    readonly name: string;
    readonly sha256: string;
    readonly family: string;
    readonly numBlocks: number;
    /** What {@link Predictor.attention} tells, in this order. */
    readonly attention: readonly AttentionSizes[];
    readonly numRecycles: number;
    readonly readsAlignments: boolean;
    readonly stopsEarly: boolean;
    readonly readsTemplates: boolean;
  };
  /** What computes, once that is known: before the first request, only where it was opened for this. */
  readonly engine?: EngineFacts | undefined;
  /** Paths of the files that the model is read from, the weights first; absent where it is not known. */
  readonly files?: readonly string[];
  /** Time and memory of a request of this size. */
  estimate(workload: Workload): PredictionEstimate;
  /**
   * @throws FoldError `JOB_CANCELLED` once `signal` aborts; `PROCESS_DIED` when the engine's process ends;
   *   `WEIGHTS_NOT_FINITE` and `RESULT_NOT_FINITE` where weights or results are NaN or infinite
   */
  predict(request: PredictionRequest, control?: PredictionControl): Promise<Prediction>;
  /** Tells attention, all of it in one run like that of the prediction. */
  attention(request: PredictionRequest, control: PackedAttentionControl): Promise<void>;
  close(): Promise<void>;
}
