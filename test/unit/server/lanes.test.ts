import { expect, it } from 'vitest';
import { roomBeside } from '#server/jobs/lanes';

const limits = { concurrency: 2, megabytes: 1000 };
const job = (seconds: number, megabytes = 100, client = 'a') => ({
  client,
  estimate: { seconds, megabytes },
});

it('has room for any job while fewer run than should', () => {
  expect(roomBeside([], limits)).toEqual({});
  expect(roomBeside([job(100)], limits)).toEqual({});
});

it('then for such as take at most half as long as the shortest, of others, in the memory that is left', () => {
  expect(roomBeside([job(100, 300), job(40)], limits)).toEqual({
    seconds: 20,
    megabytes: 600,
    exceptClients: ['a'],
  });
  expect(roomBeside([job(100), job(40), job(20, 100, 'b')], limits)).toEqual({
    seconds: 10,
    megabytes: 700,
    exceptClients: ['a', 'b'],
  });
});

it('and for no more than two of those', () => {
  expect(roomBeside([job(100), job(40), job(20), job(10)], limits)).toBeUndefined();
});
