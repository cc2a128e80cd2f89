import type { PredictionEstimate } from '#architectures/family';

/** What a prediction of some length takes; the server measures a few lengths. */
export interface MeasuredEstimate extends PredictionEstimate {
  readonly numResidues: number;
}

/**
 * Time and memory between measured lengths: straight lines on logarithmic axes, since cost grows as a power of length.
 *
 * @param measured any order; at least one
 * @returns undefined without measurements
 */
export function estimateFor(
  measured: readonly MeasuredEstimate[],
  numResidues: number,
): PredictionEstimate | undefined {
  const sorted = [...measured].sort((a, b) => a.numResidues - b.numResidues);
  const [first] = sorted;
  if (!first || numResidues < 1) return undefined;
  const upper = sorted.findIndex((entry) => entry.numResidues >= numResidues);
  const end = upper < 0 ? sorted.length - 1 : Math.max(1, upper);
  const [low, high] = [sorted[Math.max(0, end - 1)]!, sorted[Math.min(end, sorted.length - 1)]!];
  const along = (value: (entry: MeasuredEstimate) => number): number => {
    if (low.numResidues === high.numResidues) return value(low);
    const power = Math.log(value(high) / value(low)) / Math.log(high.numResidues / low.numResidues);
    return value(low) * (numResidues / low.numResidues) ** power;
  };
  return { seconds: along((entry) => entry.seconds), megabytes: along((entry) => entry.megabytes) };
}

/** `about 40 s, 600 MB` */
export function describeEstimate({ seconds, megabytes }: PredictionEstimate): string {
  const time =
    seconds < 1
      ? 'under a second'
      : seconds < 90
        ? `about ${Math.round(seconds)} s`
        : `about ${Math.round(seconds / 60)} min`;
  const memory =
    megabytes < 1000
      ? `${Math.max(1, Math.round(megabytes))} MB`
      : `${(megabytes / 1000).toFixed(1)} GB`;
  return `${time}, ${memory} of memory`;
}
