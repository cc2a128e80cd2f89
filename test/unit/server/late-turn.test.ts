import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LateTurn } from '#server/results/late-turn';

const WORK = { client: 'a', estimate: { seconds: 1, megabytes: 1 } };
const TICK_MS = 10;

let numOver: number;
let turn: LateTurn;

beforeEach(() => {
  vi.useFakeTimers();
  numOver = 0;
  turn = new LateTurn(WORK, 4, () => numOver++);
});
afterEach(() => {
  turn.close();
  vi.useRealTimers();
});

/** The share of the time that others had to leave it their place, if they always wanted it. */
const shareOver = (seconds: number): number => {
  const numTicks = (1000 * seconds) / TICK_MS;
  let numTaken = 0;
  for (let tick = 0; tick < numTicks; tick++) {
    numTaken += Number(turn.take() !== undefined);
    vi.advanceTimersByTime(TICK_MS);
  }
  return numTaken / numTicks;
};

it('comes after four times its length, and lasts as long', () => {
  vi.advanceTimersByTime(3990);
  expect(turn.take()).toBeUndefined();
  vi.advanceTimersByTime(20);
  expect(turn.take()).toEqual(WORK);
  vi.advanceTimersByTime(980);
  expect(turn.take()).toEqual(WORK);
  expect(numOver).toBe(0);
  vi.advanceTimersByTime(30);
  expect(turn.take()).toBeUndefined();
  expect(numOver).toBe(1);
});

it('costs others a fifth of any time at most, however long the work takes', () => {
  for (const seconds of [5, 10, 100, 1000]) expect(shareOver(seconds)).toBeLessThanOrEqual(0.2);
});

it('becomes long enough for any work in the end', () => {
  let longest = 0;
  for (let [second, length] = [0, 0]; second < 1000; second++) {
    length = turn.take() ? length + 1 : 0;
    longest = Math.max(longest, length);
    vi.advanceTimersByTime(1000);
  }
  expect(longest).toBeGreaterThanOrEqual(64);
});

it('begins when there is a place, not before', () => {
  vi.advanceTimersByTime(60_000);
  expect(turn.take()).toEqual(WORK);
  vi.advanceTimersByTime(990);
  expect(turn.take()).toEqual(WORK);
});

it('is over when the work is done', () => {
  vi.advanceTimersByTime(4000);
  turn.take();
  turn.close();
  expect(turn.take()).toBeUndefined();
  expect(numOver).toBe(1);
});

it('has turns twice as long each, after four times as long each', () => {
  const isIts = (ms: number): boolean => {
    vi.advanceTimersByTime(ms);
    return turn.take() !== undefined;
  };
  for (const length of [1000, 2000, 4000]) {
    expect([isIts(4 * length - 1), isIts(1)]).toEqual([false, true]);
    expect([isIts(length - 1), isIts(1)]).toEqual([true, false]);
  }
  expect(numOver).toBe(3);
});

it('leaves nothing behind when the work is done, and no turn is over that was not its own', () => {
  vi.advanceTimersByTime(3000);
  turn.close();
  expect([numOver, vi.getTimerCount()]).toEqual([0, 0]);
  turn = new LateTurn(WORK, 4, () => numOver++);
  vi.advanceTimersByTime(4000); // its turn has come, but there was no place
  turn.close();
  expect([numOver, vi.getTimerCount()]).toEqual([0, 0]);
});
