/** @file Which submission a call may see, change or download, and what becomes of those that others ask for. */
import { describe, expect, it } from 'vitest';
import { cancelSubmissions } from '#server/jobs/cancel-submissions';
import {
  assertCompleted,
  assertOwn,
  findCompleted,
  findOwnSubmission,
  findSubmission,
} from '#server/jobs/find-submission';
import type { Services } from '#server/services';
import type { JobState } from '#store/job';
import type { SubmissionRecord } from '#store/submission';
import { fakeCall } from '../../helpers/fake-call.js';
import { submissionRecord } from '../../helpers/jobs.js';

/** Somebody's call that names `x`; what the store has by that name. */
const callOf = (
  submission: SubmissionRecord | undefined,
  { owner = '', keys }: { readonly owner?: string; readonly keys?: string } = {},
) => {
  const find = (id: string) => Promise.resolve(id === 'x' ? submission : undefined);
  const services = { settings: { API_KEYS: keys }, store: { submissions: { find } } };
  return fakeCall({ services, caller: { owner } }).call;
};
const ofA = submissionRecord('completed', { owner: 'a' });

describe('a submission', () => {
  it('is seen by whoever knows its id, but with keys by its owner alone', async () => {
    expect(await findSubmission(callOf(ofA, { owner: 'b' }))).toBe(ofA);
    expect(await findSubmission(callOf(ofA, { owner: 'a', keys: 'k' }))).toBe(ofA);
    const notFound = { code: 'NOT_FOUND', message: 'there is no prediction x' };
    await expect(findSubmission(callOf(ofA, { owner: 'b', keys: 'k' }))).rejects.toMatchObject(
      notFound,
    );
    await expect(findSubmission(callOf(undefined))).rejects.toMatchObject(notFound);
  });

  it('is changed by its owner, and without an owner by anybody', async () => {
    expect(await findOwnSubmission(callOf(ofA, { owner: 'a' }))).toBe(ofA);
    const nobodys = submissionRecord('active', { owner: '' });
    expect(await findOwnSubmission(callOf(nobodys, { owner: 'b' }))).toBe(nobodys);
    await expect(findOwnSubmission(callOf(ofA, { owner: 'b' }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(() => {
      assertOwn({ owner: 'a' }, { caller: { owner: '' } as never });
    }).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });

  it('has a result once it is completed; otherwise it is said why not', async () => {
    expect(await findCompleted(callOf(ofA))).toBe(ofA);
    const refusal = (state: JobState) => findCompleted(callOf(submissionRecord(state)));
    await expect(refusal('cancelled')).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    for (const state of ['waiting', 'active'] as const)
      await expect(refusal(state)).rejects.toMatchObject({
        ...{ code: 'JOB_UNFINISHED', message: `the prediction is ${state}` },
      });
  });

  it('that failed says what its job said', () => {
    const failed = (job: object) => {
      try {
        assertCompleted(submissionRecord('failed', { job }));
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(failed({ error: { code: 'X', detail: 'too hot', hint: 'cool it' } })).toMatchObject({
      ...{ code: 'JOB_FAILED', message: 'the prediction failed: too hot', hint: 'cool it' },
    });
    const bare = failed({ error: { code: 'X', detail: 'too hot' } }) as { hint?: string };
    expect(bare.hint).toBeUndefined();
    expect(failed({})).toMatchObject({ message: 'the prediction failed: unknown reason' });
  });
});

describe('cancelling', () => {
  it('stops jobs that nobody else wants, tells the others that one has left, and passes over what has ended', async () => {
    const told: unknown[] = [];
    const outcomes = { ended: 'nothing', shared: 'submission', own: 'job', gone: 'job', last: 'job' }; // prettier-ignore
    const services = {
      store: {
        submissions: {
          cancel: (id: keyof typeof outcomes) => Promise.resolve(outcomes[id]),
          find: (id: string) =>
            Promise.resolve(
              id === 'gone'
                ? undefined
                : submissionRecord('cancelled', { job: { id: `job of ${id}`, attempts: 2 } }),
            ),
        },
      },
      bus: {
        cancel: (jobId: string) => told.push(`cancel ${jobId}`),
        publish: (event: object) => told.push(event),
      },
    } as unknown as Services;
    await cancelSubmissions(services, Object.keys(outcomes));
    const cancelled = { kind: 'status', state: 'cancelled', order: 2_999_999 };
    expect(told).toEqual([
      { jobId: 'job of shared', data: { kind: 'left' } },
      'cancel job of own',
      { jobId: 'job of own', data: cancelled },
      'cancel job of last',
      { jobId: 'job of last', data: cancelled },
    ]);
  });
});
