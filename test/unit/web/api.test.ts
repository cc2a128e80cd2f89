import { afterEach, describe, expect, it, vi } from 'vitest';
import { submitPrediction } from '#web/server/api';

afterEach(() => {
  vi.unstubAllGlobals();
});
const answer = (status: number, problem: object): void => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(problem, { status })));
};

describe('a refusal', () => {
  it('is told in the words of the server', async () => {
    answer(422, { code: 'SEQUENCE_LETTER', detail: 'bad letter', hint: 'leave it out' });
    await expect(submitPrediction({ fasta: 'MK?' })).rejects.toMatchObject({
      status: 422,
      code: 'SEQUENCE_LETTER',
      message: 'bad letter',
      hint: 'leave it out',
    });
  });

  it('for want of a key says what works without one, since the page has none to send', async () => {
    answer(401, { code: 'UNAUTHORIZED', detail: 'the API key is missing', hint: 'send it' });
    await expect(submitPrediction({ fasta: 'MK' })).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('only over its REST API') as string,
      hint: expect.stringContaining('Fold in this browser') as string,
    });
  });
});
