import { serialisePrediction } from '#predict/files/serialise';
import type { NewJob, StoredResult } from '#store/prediction-store';
import { fakePrediction } from './fake-predictor.js';

const MODEL = { name: 'fake', sha256: 'f'.repeat(64) };

/** A job of a short protein; the same arguments give the same job. */
export function newJob(id: string, changes: Partial<NewJob> = {}): NewJob {
  const sequence = 'MKTAYIAKQR';
  return {
    id,
    owner: '',
    model: MODEL,
    request: { name: id, chains: [{ id: 'A', sequence }], numRecycles: 2 },
    numResidues: sequence.length,
    numRecycles: 2,
    input: { kind: 'protein', title: id, warnings: [] },
    estimate: { seconds: 1, megabytes: 50 },
    ...changes,
  };
}

/** What the fake model makes of a job. */
export async function resultOf({ request, model }: NewJob): Promise<StoredResult> {
  const prediction = fakePrediction(request, model);
  const { meanPlddt, ptm, embedding } = prediction;
  return {
    bytes: await serialisePrediction(prediction),
    summary: { meanPlddt, ptm },
    embedding,
  };
}
