import type { PredictionEstimate, Workload } from '#architectures/family';
import type { Predictor } from './prediction.js';

/** What a prediction of some length takes. */
export interface MeasuredEstimate extends PredictionEstimate {
  readonly numResidues: number;
  /** What each recycle beyond the model's default adds. */
  readonly secondsPerRecycle: number;
}

/**
 * What some lengths take with the default number of recycles, and what each more adds. Each traces the graphs of a model,
 * up to a second for a large one.
 *
 * @param of a model
 * @param lengths in residues
 * @param workload what else is known of the requests
 */
export function measuredEstimates(
  { model, estimate }: Pick<Predictor, 'model' | 'estimate'>,
  lengths: readonly number[],
  workload: Omit<Workload, 'chainLengths' | 'numRecycles'> = {},
): MeasuredEstimate[] {
  return lengths.map((numResidues) => {
    const size = { ...workload, chainLengths: [numResidues] };
    const usual = estimate(size);
    const more = estimate({ ...size, numRecycles: model.numRecycles + 1 });
    return { numResidues, ...usual, secondsPerRecycle: more.seconds - usual.seconds };
  });
}
