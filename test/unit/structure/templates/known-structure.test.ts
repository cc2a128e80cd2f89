import { expect, it } from 'vitest';
import { isKnown } from '#structure/templates/known-structure';

it('a template is a structure of the query itself where all of 95 % of it is the same', () => {
  expect(isKnown({ identity: 1, coverage: 0.95 })).toBe(true);
  expect(isKnown({ identity: 1, coverage: 0.949 })).toBe(false);
  expect(isKnown({ identity: 0.99, coverage: 1 })).toBe(false);
});
