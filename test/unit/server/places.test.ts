import { expect, it } from 'vitest';
import { Places } from '#server/places';

it('gives each client so many places, and one that is given back again', () => {
  const places = new Places(2, 'calls');
  const leave = places.enter('a');
  places.enter('a');
  expect(() => places.enter('a')).toThrow(
    expect.objectContaining({ code: 'CLIENT_LIMIT', message: 'you have 2 calls open already' }),
  );
  places.enter('b');
  leave();
  places.enter('a');
  expect(() => places.enter('a')).toThrow('2 calls');
});

it('gives any number where there is no limit', () => {
  const places = new Places(0, 'calls');
  for (let i = 0; i < 1000; i++) places.enter('a');
});

it('gives one where one is all that there is, and counts those that are left', () => {
  const one = new Places(1, 'calls');
  one.enter('a');
  expect(() => one.enter('a')).toThrow('you have 1 calls');
  const three = new Places(3, 'calls');
  const leave = three.enter('a');
  three.enter('a');
  leave();
  three.enter('a');
  three.enter('a');
  expect(() => three.enter('a')).toThrow('you have 3 calls');
});
