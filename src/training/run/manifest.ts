import type { FoldModelConfig } from '#architectures/esmfold/config';
import type { Metrics } from '#training/objectives/objective';

/** Where a model comes from; `manifest.json` beside its weights. */
export interface ModelManifest {
  readonly model: string;
  readonly config: FoldModelConfig;
  /** sha256 of the data set's `index.tsv`. */
  readonly dataSha256: string;
  readonly training: {
    readonly stage: string;
    readonly steps: number;
    /** Examples seen. */
    readonly samples: number;
    readonly seconds: number;
    readonly stages: readonly StageSummary[];
  };
  readonly weights: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

/** What one stage of training took, and how good the model was at its end. */
export interface StageSummary {
  readonly name: string;
  readonly steps: number;
  readonly seconds: number;
  /** Of the stage's last evaluation. */
  readonly validation?: Metrics;
}
