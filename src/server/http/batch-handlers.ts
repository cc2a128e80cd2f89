import { FoldError } from '#errors';
import type { Call } from '#server/services';
import { cancelSubmissions } from '#server/jobs/cancel-submissions';
import { assertOwn } from '#server/jobs/find-submission';
import { FINAL_STATES } from '#store/job';
import type { BatchRecord } from '#store/submission';
import { batchView } from './views.js';

/** `GET /api/v1/batches/{id}` */
export async function getBatch(call: Call): Promise<void> {
  const { response, services, caller } = call;
  const batch = await findBatch(call);
  response.set('Cache-Control', 'no-store');
  await services.turns.run(caller.client, async () => {
    const submissions = await services.store.submissions.findMany(batch.members);
    response.json(batchView(batch, submissions, caller));
  });
}

/** `DELETE /api/v1/batches/{id}`: cancels what has not finished; a batch that has finished is deleted. */
export async function deleteBatch(call: Call): Promise<void> {
  const { services, response } = call;
  const batch = await findBatch(call);
  assertOwn(batch, call);
  const submissions = await services.store.submissions.findMany(batch.members);
  if (!submissions.every(({ state }) => FINAL_STATES.includes(state))) {
    await cancelSubmissions(services, batch.members);
    await getBatch(call);
    return;
  }
  for (const id of batch.members)
    if (await services.store.submissions.remove(id)) services.results.forget(id);
  await services.store.submissions.removeBatch(batch.id);
  response.status(204).end();
}

async function findBatch({ services, id, caller }: Call): Promise<BatchRecord> {
  const batch = await services.store.submissions.findBatch(id);
  const isHidden = services.settings.API_KEYS !== undefined && batch?.owner !== caller.owner;
  if (batch && !isHidden) return batch;
  throw new FoldError('NOT_FOUND', `there is no batch ${id}`, {
    hint: 'ids of batches come from POST /api/v1/predictions with several records',
  });
}
