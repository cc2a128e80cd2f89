/** What a prediction will need; asked before any work is done. */
export interface PredictionEstimate {
  readonly seconds: number;
  readonly megabytes: number;
}
