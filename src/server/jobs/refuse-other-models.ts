import type { Services } from '#server/services';

/**
 * Ends waiting jobs of models that a server which runs its jobs itself does not have: nobody else will run them.
 *
 * @param services store, models and log
 */
export async function refuseOtherModels({
  store,
  predictors,
  log,
}: Pick<Services, 'store' | 'predictors' | 'log'>): Promise<void> {
  const names = predictors.map(({ model }) => model.name);
  const numRefused = await store.runs.refuseOthers(names, (model) => ({
    code: 'MODEL_UNKNOWN',
    detail: `the server was started without the model ${model}, which the prediction waited for`,
    hint: `ask for it again with ${names.join(' or ')}`,
  }));
  if (numRefused > 0)
    log.warn({ numRefused }, 'waiting jobs of models that are not here have failed');
}
