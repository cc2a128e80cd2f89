import { modelFacts } from '#predict/model-facts';
import type { Predictor } from '#predict/prediction';
import { memoryLimitOf, type ServerConfig } from '#server/config';
import { isUsable } from '#weights/node/usable';
import { MODELS } from '#weights/registry';
import type { Installations } from './installations.js';

/** Lengths that `/api/v1/models` gives estimates for. */
const ESTIMATE_LENGTHS = [50, 100, 200, 400, 800, 1600];

const known = new WeakMap<Predictor, object>();

/**
 * What is told of a served model. Estimates trace its graphs, up to a second for a large one, so they are made once: as
 * the server starts, or when the model is installed.
 */
export function servedModel(predictor: Predictor, config: ServerConfig): object {
  const told = known.get(predictor);
  if (told) return told;
  const { MAX_RESIDUES, MSA_SERVER } = config;
  const lengths = ESTIMATE_LENGTHS.filter((length) => length <= MAX_RESIDUES);
  const model = {
    ...predictor.model,
    ...(predictor.model.readsAlignments && MSA_SERVER !== undefined
      ? { alignmentServer: MSA_SERVER }
      : {}),
    maxResidues: MAX_RESIDUES,
    maxMegabytes: memoryLimitOf(config),
    estimates: lengths.map((length) => estimateOf(predictor, length)),
  };
  known.set(predictor, model);
  return model;
}

/** What a length takes with the default number of recycles, and what each more adds. */
function estimateOf(predictor: Predictor, numResidues: number) {
  const chainLengths = [numResidues];
  const usual = predictor.estimate({ chainLengths });
  const more = predictor.estimate({ chainLengths, numRecycles: predictor.model.numRecycles + 1 });
  return { numResidues, ...usual, secondsPerRecycle: more.seconds - usual.seconds };
}

/** The answer of `GET /api/v1/models`. */
export function modelList({
  predictors,
  config,
  installations,
}: {
  readonly predictors: readonly Predictor[];
  readonly config: ServerConfig;
  readonly installations: Installations;
}): object {
  return {
    models: predictors.map((predictor, index) => ({
      ...servedModel(predictor, config),
      isDefault: index === 0,
    })),
    mayInstall: installations.isAllowed,
    known: MODELS.map((model) => {
      const installation = installations.stateOf(model.name);
      return {
        ...modelFacts(model),
        isServed: installations.isServed(model.name),
        isHere: isUsable(model),
        ...(installation ? { installation } : {}),
      };
    }),
  };
}
