import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EventLog } from '#server/jobs/event-log';
import { progressEvents, statusEvent, statusOrder } from '#server/jobs/job-events';
import { LocalBus } from '#store/bus/local-bus';

const NUMBERS = { numPasses: 3, numBlocks: 4 };
const arrays = { atom14: new Float32Array(42), plddt: new Float32Array(1) };

describe('order of events', () => {
  it('grows over the whole life of a job, restarts included', () => {
    const life = [
      statusEvent('waiting', 0),
      statusEvent('active', 1),
      ...progressEvents({ pass: 0, block: 1, ...NUMBERS }, 1),
      ...progressEvents({ pass: 0, block: 3, ...NUMBERS }, 1),
      ...progressEvents({ pass: 1, block: 0, ...NUMBERS, ...arrays }, 1),
      ...progressEvents({ pass: 1, block: 1, ...NUMBERS }, 1),
      statusEvent('active', 2),
      ...progressEvents({ pass: 0, block: 1, ...NUMBERS }, 2),
      statusEvent('completed', 2),
    ].map((event) => (event.kind === 'left' ? NaN : event.order));
    expect(life).toEqual([...new Set(life)].sort((a, b) => a - b));
  });
});

describe('EventLog', () => {
  let bus: LocalBus;
  let log: EventLog;
  const tell = (pass: number, block: number, withArrays = false): void => {
    const progress = { pass, block, ...NUMBERS, ...(withArrays ? arrays : {}) };
    for (const data of progressEvents(progress, 1)) bus.publish({ jobId: 'a', data });
  };
  beforeEach(() => {
    bus = new LocalBus();
    log = new EventLog(bus);
  });

  it('remembers the coordinates of every pass and the latest progress', () => {
    tell(0, 2);
    tell(1, 0, true);
    tell(1, 3);
    expect(log.progress('a')).toMatchObject({ pass: 1, block: 3 });
    expect(log.since('a', -1).map(({ kind }) => kind)).toEqual(['coordinates', 'progress']);
    expect(log.since('b', -1)).toEqual([]);
  });

  it('gives only what came after an event', () => {
    tell(1, 0, true);
    const [first] = log.since('a', -1);
    tell(2, 0, true);
    expect(log.since('a', first!.order).map(({ kind }) => kind)).toEqual([
      'coordinates',
      'progress',
    ]);
    expect(log.since('a', statusOrder('completed', 1))).toEqual([]);
  });

  it('forgets a finished job after a while, but not one that was asked for again meanwhile', () => {
    vi.useFakeTimers();
    tell(1, 0, true);
    bus.publish({ jobId: 'a', data: statusEvent('completed', 1) });
    vi.advanceTimersByTime(50_000);
    expect(log.since('a', -1)).not.toEqual([]);
    bus.publish({ jobId: 'a', data: statusEvent('active', 2) });
    tell(1, 0, true);
    vi.advanceTimersByTime(50_000);
    expect(log.since('a', -1)).not.toEqual([]);
    bus.publish({ jobId: 'a', data: statusEvent('completed', 2) });
    vi.advanceTimersByTime(70_000);
    expect(log.since('a', -1)).toEqual([]);
    vi.useRealTimers();
  });

  it('remembers a finished job for a minute, and has nothing of one that it never heard of', () => {
    vi.useFakeTimers();
    const heard = vi.fn();
    log.listen('b', heard);
    bus.publish({ jobId: 'b', data: statusEvent('failed', 1) });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    tell(1, 0);
    bus.publish({ jobId: 'a', data: statusEvent('completed', 1) });
    vi.advanceTimersByTime(59_999);
    expect(log.since('a', -1)).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(log.since('a', -1)).toEqual([]);
    vi.useRealTimers();
  });

  it('passes over messages that say nothing', () => {
    const heard = vi.fn();
    log.listen('a', heard);
    for (const data of [
      undefined,
      null,
      7,
      {},
      { kind: 'dance' },
      { kind: 'progress', order: 'x' },
    ])
      bus.publish({ jobId: 'a', data });
    expect(heard).not.toHaveBeenCalled();
    expect(log.since('a', -1)).toEqual([]);
  });

  it('begins from nothing with each run', () => {
    tell(1, 0, true);
    bus.publish({ jobId: 'a', data: statusEvent('active', 2) });
    expect(log.since('a', -1)).toEqual([]);
  });

  it('tells listeners of a job all that is heard of it, until they stop', () => {
    const [one, other] = [vi.fn(), vi.fn()];
    const stop = log.listen('a', one);
    const stopOther = log.listen('a', other);
    log.listen('b', () => {
      throw new Error('nobody told b');
    });
    tell(1, 0, true);
    expect(one.mock.calls.map(([{ kind }]) => kind as string)).toEqual(['coordinates', 'progress']);
    bus.publish({ jobId: 'a', data: { kind: 'left' } });
    expect(one).toHaveBeenLastCalledWith({ kind: 'left' });
    stop();
    tell(2, 0);
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([3, 4]);
    stopOther();
    tell(2, 1);
    expect(other).toHaveBeenCalledTimes(4);
    expect(log.listen('a', one)).toBeInstanceOf(Function);
  });

  it('remembers the latest of a search', () => {
    for (const [order, message] of [
      [1, 'asked'],
      [2, 'found'],
    ] as const)
      // prettier-ignore
      bus.publish({ jobId: 'a', data: { kind: 'search', order, message } });
    expect(log.search('a')).toBe('found');
    expect(log.since('a', 1)).toEqual([{ kind: 'search', order: 2, message: 'found' }]);
    expect([log.search('b'), log.progress('b')]).toEqual([undefined, undefined]);
  });

  it('tells what it remembers in the order in which it happened', () => {
    bus.publish({ jobId: 'a', data: { kind: 'search', order: 9_000_000, message: 'last' } });
    tell(1, 0, true);
    expect(log.since('a', -1).map(({ kind }) => kind)).toEqual([
      'coordinates',
      'progress',
      'search',
    ]);
  });

  it('remembers two hundred jobs, and forgets the oldest', () => {
    const publish = (jobId: string) => {
      bus.publish({ jobId, data: { kind: 'search', order: 1, message: jobId } });
    };
    for (let i = 0; i < 200; i++) publish(`job ${i}`);
    expect(log.search('job 0')).toBe('job 0');
    publish('job 1');
    expect(log.search('job 0')).toBe('job 0');
    publish('job 200');
    expect([log.search('job 0'), log.search('job 1')]).toEqual([undefined, 'job 1']);
    bus.publish({ jobId: 'new', data: { kind: 'left' } }); // is nothing to remember
    expect(log.search('job 1')).toBe('job 1');
  });

  it('hears nothing more once it is closed', () => {
    const heard = vi.fn();
    log.listen('a', heard);
    log.close();
    tell(1, 0);
    expect(heard).not.toHaveBeenCalled();
  });
});
