import { describe, expect, it } from 'vitest';
import { getMutantScore } from '#server/mutants/mutant-handler';
import { fakeCall } from '../../helpers/fake-call.js';
import { submissionRecord } from '../../helpers/jobs.js';

const CHAINS = [
  { id: 'A', sequence: 'MKVLA' },
  { id: 'B', sequence: 'GGC' },
];
const submission = submissionRecord('waiting', { chains: CHAINS });

/** What is answered, and for which chain the score was asked. */
async function ask(query: { readonly mutant: string; readonly chain?: string }) {
  const asked: unknown[] = [];
  const score = (chain: unknown, { name }: { name: string }, { client }: { client: string }) => {
    asked.push({ chain, client });
    return Promise.resolve({ mutant: name, logOdds: -1.5 });
  };
  const services = {
    settings: {},
    store: { submissions: { find: () => Promise.resolve(submission) } },
    mutants: { score },
  };
  const { call, response } = fakeCall({ services, query });
  await getMutantScore(call);
  return { asked, body: response.body };
}

describe('GET /api/v1/predictions/{id}/mutant-score', () => {
  it.each([
    [{ mutant: 'K2A' }, 'A', 'MKVLA'],
    [{ mutant: 'G2A', chain: 'B' }, 'B', 'GGC'],
  ])('%j is scored in chain %s', async (query, id, sequence) => {
    const { asked, body } = await ask(query);
    expect(body).toEqual({ mutant: query.mutant, logOdds: -1.5, chain: id });
    expect(asked).toEqual([{ chain: { name: `chain ${id}`, sequence }, client: 'c' }]);
  });

  it('names the chains where it has not the one that was asked for', async () => {
    await expect(ask({ mutant: 'K2A', chain: 'C' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'the prediction has no chain C',
      hint: 'its chains are A, B',
    });
  });

  it('refuses a mutant of another sequence', async () => {
    await expect(ask({ mutant: 'V2A' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
