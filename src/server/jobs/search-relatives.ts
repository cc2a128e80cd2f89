import type { SearchProgress } from '#alignment-search/found-alignment';
import { serverSource } from '#alignment-search/server/server-source';
import { FoldError } from '#errors';
import type { ServerSettings } from '#server/settings';
import type { JobRequest } from '#store/job';
import { packAlignment } from './stored-alignment.js';

const MS_PER_MINUTE = 60_000;

/** How a search is followed and stopped. */
interface SearchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SearchProgress) => void;
}

/**
 * Searches for the relatives of a job's chains. Tickets and answers are kept in the cache of the installation, so that a
 * search goes on where an earlier run was stopped, and asks nothing twice.
 *
 * @param request that may name a server
 * @param settings whether that server is still to be asked
 * @returns the alignment, packed as `packAlignment` does; undefined where the request searches for none
 * @throws FoldError `ALIGNMENT_SEARCH`; `JOB_CANCELLED` after `signal` aborts
 */
export async function searchRelatives(
  { alignment, chains }: JobRequest,
  { MSA_SERVER, MSA_MINUTES, CODONFOLD_CONTACT: contact }: ServerSettings,
  options: SearchOptions,
): Promise<Uint8Array | undefined> {
  if (!alignment || !('server' in alignment)) return undefined;
  const { server } = alignment;
  const deadlineMs = MS_PER_MINUTE * MSA_MINUTES;
  if (server !== MSA_SERVER)
    throw new FoldError('ALIGNMENT_SEARCH', `${server} is no longer asked here`, {
      hint: 'ask for the prediction again, or send an alignment beside the sequence',
    });
  try {
    const { bytes } = await serverSource({ url: server, contact, deadlineMs }).find(
      chains,
      '',
      options,
    );
    return (await packAlignment(new TextDecoder().decode(bytes))).packed;
  } catch (error) {
    if (!options.signal.aborted) throw error;
    throw new FoldError('JOB_CANCELLED', 'the search was stopped', { cause: error });
  }
}
