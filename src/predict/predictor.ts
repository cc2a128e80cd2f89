import type { BlockAttention } from '#architectures/family';
import type { KnownModel } from '#architectures/recognise';
import type { RunnerOptions } from '#execution/graph-runner';
import { FoldError } from '#errors';
import { aatypeOf } from '#sequence/amino-acids';
import { countResidues } from '#sequence/chain';
import { ATOM14_MASK } from '#structure/residues/atoms';
import type { KnownEngine } from '#tensor/engine/engine';
import type { TensorSource } from '#weights/tensor-source';
import { packAttention } from './packed-attention.js';
import { titleOf, type Prediction, type PredictionRequest, type Predictor } from './prediction.js';

/** A model, opened. */
export interface LoadedModel {
  readonly name: string;
  readonly sha256: string;
  readonly model: KnownModel;
  readonly weights: TensorSource;
}

/** Runs a model in this process or page, one prediction at a time. */
export function localPredictor(
  engine: KnownEngine,
  loaded: LoadedModel,
  options: RunnerOptions = {},
): Predictor {
  const running = loaded.model.start(engine, loaded.weights, options);
  let last: Promise<unknown> = Promise.resolve();
  /** Waits for what was asked before: the graphs and buffers of one run are shared. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    ...predictorFacts(loaded),
    engine: engine.facts,
    predict: (request, control) =>
      inTurn(async () => {
        refuseWhatIsNotRead(loaded, request);
        const folded = await running.fold(request, control);
        return {
          ...whatIsFolded(loaded, request),
          engine: engine.facts,
          ...folded,
          meanPlddt: meanOf(folded.plddt),
        };
      }),
    attention: (request, { onBlock, signal }) =>
      inTurn(() => {
        const numResidues = countResidues(request.chains);
        const pack = (block: BlockAttention) => {
          onBlock(packAttention(block, numResidues));
        };
        return running.attention(request, { signal, onBlock: pack });
      }),
    async close() {
      await running.close();
      loaded.weights.close();
    },
  };
}

/**
 * Refuses a request that holds more than a model reads: nothing that somebody gave is dropped in silence.
 *
 * @throws FoldError `REQUEST_INVALID`
 */
export function refuseWhatIsNotRead(
  {
    name,
    model,
  }: {
    readonly name: string;
    readonly model: Pick<KnownModel, 'readsAlignments' | 'readsTemplates' | 'stopsEarly'>;
  },
  {
    alignment,
    templates,
    recycleTolerance,
  }: Pick<PredictionRequest, 'alignment' | 'templates' | 'recycleTolerance'>,
): void {
  if (alignment && !model.readsAlignments)
    throw new FoldError('REQUEST_INVALID', `${name} reads no alignment`, {
      hint: 'leave the alignment out, or choose an AlphaFold 2 model',
    });
  if (templates && !model.readsTemplates)
    throw new FoldError('REQUEST_INVALID', `${name} reads no templates`, {
      hint: 'leave the templates out, or choose codonfold-small, or an AlphaFold 2 model 1 or 2',
    });
  if (recycleTolerance !== undefined && !model.stopsEarly)
    throw new FoldError(
      'REQUEST_INVALID',
      `${name} always makes all its passes: it has no recycle tolerance`,
      {
        hint: 'leave the tolerance out, or choose an AlphaFold 2 model',
      },
    );
}

/** What a user should know of how a request suits a model. */
export function warningsOnRequest(
  { alignment }: Pick<PredictionRequest, 'alignment'>,
  { readsAlignments }: Pick<KnownModel, 'readsAlignments'>,
): string[] {
  if (!readsAlignments || alignment) return [];
  return ['no alignment was given: without relatives AlphaFold 2 folds few natural proteins right'];
}

/** What a predictor says of its model, wherever that runs. */
export function predictorFacts({
  name,
  sha256,
  model,
}: Omit<LoadedModel, 'weights'>): Pick<Predictor, 'model' | 'estimate'> {
  const { family, numBlocks, attention, numRecycles } = model;
  const { readsAlignments, readsTemplates, stopsEarly } = model;
  return {
    model: {
      ...{ name, sha256, family, numBlocks, attention, numRecycles },
      ...{ readsAlignments, readsTemplates, stopsEarly },
    },
    estimate: (workload) => model.estimate(workload),
  };
}

/** The part of a prediction that is known before the model runs. */
function whatIsFolded({ name, sha256 }: LoadedModel, request: PredictionRequest) {
  const aatype = aatypeOf(request.chains.map(({ sequence }) => sequence).join(''));
  return {
    name: request.name,
    ...titleOf(request),
    model: { name, sha256 },
    chains: request.chains,
    aatype,
    ...numbering(request),
    atom14Mask: Uint8Array.from(
      { length: 14 * aatype.length },
      (_, i) => ATOM14_MASK[14 * aatype[Math.floor(i / 14)]! + (i % 14)]!,
    ),
  } satisfies Partial<Prediction>;
}

/** Chain of each residue, and its number within the chain. */
function numbering({ chains }: PredictionRequest) {
  const lengths = chains.map(({ sequence }) => sequence.length);
  const spread = (value: (chain: number, i: number) => number) =>
    Int32Array.from(
      lengths.flatMap((length, chain) => Array.from({ length }, (_, i) => value(chain, i))),
    );
  return { chainIndex: spread((chain) => chain), residueNumber: spread((_, i) => i + 1) };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
