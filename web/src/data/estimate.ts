import type { KnownModel, ServedModel } from '#client/index';
import type { PredictionEstimate } from '#architectures/family';
import { countResidues } from '#sequence/chain';
import type { Interpretation } from '#sequence/interpretation';
import { isLocalModel, type AnyModel } from './local-model.js';
import { plural } from '../page/text.js';

/** What a prediction of some length takes. */
type MeasuredEstimate = Omit<ServedModel['estimates'][number], 'secondsPerRecycle'> & {
  /** Where it is known. */
  readonly secondsPerRecycle?: number;
};

/**
 * Time and memory between measured lengths: straight lines on logarithmic axes, since cost grows as a power of length.
 *
 * @param measured any order; at least one
 * @param moreRecycles recycles beyond the model's default; negative where there are fewer
 * @returns undefined without measurements
 */
export function estimateFor(
  measured: readonly MeasuredEstimate[],
  numResidues: number,
  moreRecycles = 0,
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
  return {
    seconds: along(
      ({ seconds, secondsPerRecycle = 0 }) => seconds + moreRecycles * secondsPerRecycle,
    ),
    megabytes: along(({ megabytes }) => megabytes),
  };
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

/** What a server is expected to take: times are of two cores, whatever it computes on. */
export function describeServed(
  { name, engine }: Pick<ServedModel, 'name' | 'engine'>,
  estimate: PredictionEstimate,
): string {
  const expected = `${name}: ${describeEstimate(estimate)}`;
  if (!engine || engine.device === 'cpu') return expected;
  return `${expected} on two cores; this server computes on ${engine.device}`;
}

/** What all records need together: their times add up, and each has the memory for itself. */
export function estimateOfAll(
  records: readonly Pick<Interpretation, 'chains'>[],
  {
    estimates = [],
    numRecycles = 0,
  }: { readonly estimates?: readonly MeasuredEstimate[]; readonly numRecycles?: number },
  wantedRecycles = numRecycles,
): PredictionEstimate | undefined {
  const each = records.flatMap(
    ({ chains }) =>
      estimateFor(estimates, countResidues(chains), wantedRecycles - numRecycles) ?? [],
  );
  if (each.length === 0) return undefined;
  return {
    seconds: each.reduce((sum, { seconds }) => sum + seconds, 0),
    megabytes: Math.max(...each.map(({ megabytes }) => megabytes)),
  };
}

/** What is estimated of a model, whether it is served or could be. */
interface Estimated {
  readonly numRecycles?: number | undefined;
  /** With the deepest alignment that it reads, where it reads one. */
  readonly estimates: readonly MeasuredEstimate[];
  /** The same without an alignment. */
  readonly singleEstimates?: readonly MeasuredEstimate[] | undefined;
}

/** A model with the estimates that suit. */
export function suited<Model extends Estimated>(model: Model, hasAlignment: boolean): Model {
  const { singleEstimates } = model;
  return hasAlignment || !singleEstimates ? model : { ...model, estimates: singleEstimates };
}

/** What is estimated of a model that is not served. */
export function estimatesOf({
  runs,
  singleRuns,
  numRecycles = 0,
}: Pick<KnownModel, 'runs' | 'singleRuns' | 'numRecycles'>): Estimated & { numRecycles: number } {
  const timed = (all: KnownModel['runs']): MeasuredEstimate[] =>
    all.flatMap(({ seconds, ...run }) => (seconds === undefined ? [] : [{ ...run, seconds }]));
  return {
    numRecycles,
    estimates: timed(runs),
    ...(singleRuns && { singleEstimates: timed(singleRuns) }),
  };
}

/**
 * Why a server, or this browser, would not fold a record with a model, told before it is asked.
 *
 * @returns undefined where nothing is known against it
 */
export function tooMuch(
  { name, chains }: Pick<Interpretation, 'name' | 'chains'>,
  model: AnyModel,
): string | undefined {
  const { maxResidues = Infinity, maxMegabytes } = model;
  const numResidues = countResidues(chains);
  const size = `${name} has ${plural(numResidues, 'residue')}`;
  const place = isLocalModel(model) ? 'this browser' : 'this server';
  if (numResidues > maxResidues)
    return `${size}; ${place} takes at most ${maxResidues.toLocaleString('en')}. Fold one domain at a time.`;
  const needed = estimateFor(model.estimates, numResidues)?.megabytes ?? 0;
  if (needed <= maxMegabytes) return undefined;
  return `${size}, for which ${model.name} needs about ${gigabytes(needed)} of memory; ${place} gives ${gigabytes(maxMegabytes)}. Fold one domain at a time, or choose a smaller model.`;
}

const gigabytes = (megabytes: number): string => `${(megabytes / 1000).toFixed(1)} GB`;
