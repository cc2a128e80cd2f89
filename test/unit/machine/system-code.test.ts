import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FoldError, messageOf } from '#errors';
import { systemCode } from '#machine/system-code';
import { failureOf } from '../../helpers/failure.js';

it('is what the system says, and nothing where it says nothing', () => {
  expect(systemCode(failureOf(() => readFileSync('/nowhere')))).toBe('ENOENT');
  const numbered = Object.assign(new Error('x'), { code: 5 });
  for (const other of [
    new FoldError('USAGE', 'x'),
    new Error('x'),
    numbered,
    { code: 'x' },
    undefined,
  ])
    // prettier-ignore
    expect(systemCode(other)).toBeUndefined();
});

it('what was thrown says something, whatever it was', () => {
  expect([new Error('x'), 'y', undefined].map(messageOf)).toEqual(['x', 'y', 'undefined']);
});
