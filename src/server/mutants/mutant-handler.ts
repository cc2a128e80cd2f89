import { FoldError } from '#errors';
import { readMutant, requireWildtype } from '#predict/mutants';
import type { Call } from '#server/services';
import type { MutantQuery } from '#server/http/api-schemas';
import { findSubmission } from '#server/jobs/find-submission';
import { clientGone } from '#server/jobs/wait-for-submission';
import type { z } from 'zod';

/** `GET /api/v1/predictions/{id}/mutant-score`: needs the sequence alone, so it is there from the start. */
export async function getMutantScore(call: Call): Promise<void> {
  const { services, response, caller } = call;
  const { mutant: written, chain: id } = call.query as z.infer<typeof MutantQuery>;
  const { chains } = await findSubmission(call);
  const chain = id === undefined ? chains[0]! : chains.find((each) => each.id === id);
  if (!chain)
    throw new FoldError('REQUEST_INVALID', `the prediction has no chain ${id!}`, {
      hint: `its chains are ${chains.map((each) => each.id).join(', ')}`,
    });
  const named = { name: `chain ${chain.id}`, sequence: chain.sequence };
  const mutant = readMutant(written, 'mutant');
  requireWildtype({ ...named, firstResidue: 1 }, [mutant]);
  const asker = { client: caller.client, signal: clientGone(response) };
  const score = await services.mutants.score(named, mutant, asker);
  response.json({ ...score, chain: chain.id });
}
