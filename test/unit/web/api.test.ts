import { afterEach, describe, expect, it, vi } from 'vitest';
import { submitPrediction, type Submission } from '#web/server/api';

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

describe('what is submitted', () => {
  const sent = async (submission: Submission): Promise<RequestInit['body']> => {
    let body: RequestInit['body'];
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      ({ body } = init);
      return Promise.resolve(Response.json({ id: 'x' }));
    });
    await submitPrediction(submission);
    return body;
  };

  it('goes as JSON, and as a form where there is a file; what is not set is left out of both', async () => {
    const json = await sent({ fasta: 'MK', start: undefined, templates: 'pdb' });
    expect(JSON.parse(json as string)).toEqual({ fasta: 'MK', templates: 'pdb' });
    const [a3m, cif] = [new File(['>q'], 'q.a3m'), new File(['data_'], '1abc.cif')];
    const form = await sent({
      fasta: 'MK',
      start: undefined,
      alignment: a3m,
      templates: [cif, cif],
    });
    expect([...(form as FormData).keys()]).toEqual([
      'fasta',
      'alignment',
      'templates',
      'templates',
    ]);
  });
});
