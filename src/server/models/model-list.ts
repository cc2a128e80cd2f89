import { measuredEstimates } from '#predict/measured-estimates';
import { modelFacts } from '#predict/model-facts';
import type { Predictor } from '#predict/prediction';
import type { Services } from '#server/services';
import { memoryLimitOf, type ServerSettings } from '#server/settings';
import { MODELS } from '#weights/registry';
import { sharedFiles } from './shared-files.js';

/** Lengths that `/api/v1/models` gives estimates for. */
const ESTIMATE_LENGTHS = [50, 100, 200, 400, 800, 1600];

const known = new WeakMap<Predictor, object>();

/**
 * What is reported about a served model. Estimates trace its graphs, up to a second for a large one, so they are made once: as
 * the server starts, or when the model is installed.
 */
export function servedModel(
  predictor: Predictor,
  { settings, templateSearch }: Pick<Services, 'settings' | 'templateSearch'>,
): object {
  const told = known.get(predictor);
  if (told) return told;
  const { MAX_RESIDUES, MSA_SERVER } = settings;
  const { library, pdb } = templateSearch;
  const lengths = ESTIMATE_LENGTHS.filter((length) => length <= MAX_RESIDUES);
  const model = {
    ...predictor.model,
    ...filesOf(predictor, settings),
    ...(predictor.model.readsAlignments && MSA_SERVER !== undefined
      ? { alignmentServer: MSA_SERVER }
      : {}),
    ...(predictor.model.readsTemplates && library
      ? { templateLibrary: { numChains: library.numChains } }
      : {}),
    ...(predictor.model.readsTemplates && pdb !== undefined ? { templateServer: pdb } : {}),
    maxResidues: MAX_RESIDUES,
    maxMegabytes: memoryLimitOf(settings),
    estimates: measuredEstimates(predictor, lengths),
    ...(predictor.model.readsAlignments
      ? { singleEstimates: measuredEstimates(predictor, lengths, { numRows: 1 }) }
      : {}),
  };
  known.set(predictor, model);
  return model;
}

/** What browsers may fetch, where they may. */
function filesOf(predictor: Predictor, settings: ServerSettings) {
  const files = sharedFiles(predictor, settings);
  return files.length > 0 ? { sharedFiles: files.map(({ name, bytes }) => ({ name, bytes })) } : {};
}

/** The answer of `GET /api/v1/models`. */
export function modelList({
  predictors,
  installations,
  ...services
}: Pick<Services, 'predictors' | 'settings' | 'installations' | 'templateSearch'>): object {
  return {
    models: predictors.map((predictor, index) => ({
      ...servedModel(predictor, services),
      isDefault: index === 0,
      device: services.settings.DEVICE,
      precision: services.settings.PRECISION,
      ...(predictor.engine ? { engine: predictor.engine } : {}),
    })),
    mayInstall: installations.isAllowed,
    known: MODELS.map((model) => {
      const installation = installations.stateOf(model.name);
      return {
        ...modelFacts(model),
        isServed: installations.isServed(model.name),
        isHere: installations.isHere(model.name),
        ...(installation ? { installation } : {}),
      };
    }),
  };
}
