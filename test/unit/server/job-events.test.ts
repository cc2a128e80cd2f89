import { describe, expect, it } from 'vitest';
import {
  type JobEventData,
  JobEventSchema,
  progressEvents,
  searchEvent,
  statusEvent,
  statusOrder,
} from '#server/jobs/job-events';

const orderOf = (event: JobEventData): number => ('order' in event ? event.order : NaN);
const progress = (pass: number, block: number) => ({ pass, numPasses: 3, block, numBlocks: 4 });

describe('the order of events', () => {
  it('grows over the life of a job: started, searched, computed, interrupted, started again, ended', () => {
    const life = [
      statusEvent('active', 1),
      searchEvent('begun', 1, 1),
      searchEvent('found', 1, 2),
      searchEvent('a message of many', 1, 5_000_000),
      statusEvent('waiting', 1),
      statusEvent('active', 2),
      ...progressEvents(progress(0, 1), 2),
      ...progressEvents(progress(0, 2), 2),
      ...progressEvents(
        { ...progress(1, 0), atom14: new Float32Array(42), plddt: new Float32Array(1) },
        2,
      ),
      ...progressEvents(progress(1, 499), 2),
      ...progressEvents(
        { ...progress(2, 0), atom14: new Float32Array(42), plddt: new Float32Array(1) },
        2,
      ),
      statusEvent('completed', 2),
    ];
    const orders = life.map(orderOf);
    expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
    expect(orders.every(Number.isInteger)).toBe(true);
  });

  it('has all ends of a run at one place, behind its waiting', () => {
    const ends = (['completed', 'failed', 'cancelled'] as const).map((s) => statusOrder(s, 3));
    expect(new Set(ends).size).toBe(1);
    expect(ends[0]! - statusOrder('waiting', 3)).toBe(1);
    expect(statusOrder('active', 4) - ends[0]!).toBe(1);
    expect(statusOrder('active', 0)).toBe(0);
  });
});

describe('progressEvents', () => {
  it('tells the numbers alone between passes', () => {
    const [only, ...others] = progressEvents(progress(1, 2), 1);
    expect(only).toMatchObject({ kind: 'progress', progress: progress(1, 2) });
    expect(others).toEqual([]);
  });

  it('tells coordinates first, as little-endian float32 of just this view', () => {
    const buffer = Float32Array.from([9, 9, 1, 2, 3, 80, 9]);
    const [atom14, plddt] = [buffer.subarray(2, 5), buffer.subarray(5, 6)];
    const [first, second] = progressEvents({ ...progress(2, 0), atom14, plddt }, 1);
    expect(first).toMatchObject({ kind: 'coordinates', pass: 2, numPasses: 3, numResidues: 1 });
    expect(second).toMatchObject({ kind: 'progress', progress: progress(2, 0) });
    const bytes = Buffer.from((first as { atom14: string }).atom14, 'base64');
    expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual([1, 2, 3]);
    expect(Buffer.from((first as { plddt: string }).plddt, 'base64').readFloatLE()).toBe(80);
  });

  it('tells no coordinates without their confidence', () => {
    const atom14 = new Float32Array(42);
    expect(progressEvents({ ...progress(1, 0), atom14 }, 1)).toHaveLength(1);
  });

  it('writes what other processes read', () => {
    const all = [
      statusEvent('waiting', 0),
      searchEvent('asked', 1, 1),
      ...progressEvents(
        { ...progress(1, 0), atom14: new Float32Array(42), plddt: new Float32Array(1) },
        1,
      ),
      { kind: 'left' as const },
    ];
    for (const event of all) expect(JobEventSchema.parse(event)).toEqual(event);
  });
});
