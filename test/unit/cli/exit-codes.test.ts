import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES, exitCodeOf, worstExitCode } from '#cli/exit-codes';
import { errorLines } from '#cli/report';
import { FoldError, ParseError } from '#errors';

describe('exit codes', () => {
  it('exist for every error code, and for nothing else', () => {
    const text = readFileSync('src/errors.ts', 'utf8');
    const [, union = ''] = /type ErrorCode =([^;]*);/.exec(text) ?? [];
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(40);
    expect(Object.keys(EXIT_CODES).sort()).toEqual(codes.sort());
  });

  it('tell bad input from failures, and a bug is a failure', () => {
    expect(exitCodeOf(new FoldError('SEQUENCE_LETTER', ''))).toBe(2);
    expect(exitCodeOf(new ParseError('PARSE_FASTA', '', { source: 'x', line: 1 }))).toBe(2);
    expect(exitCodeOf(new FoldError('PROCESS_DIED', ''))).toBe(1);
    expect(exitCodeOf(new FoldError('JOB_CANCELLED', ''))).toBe(130);
    expect(exitCodeOf(new TypeError())).toBe(1);
  });

  it.each([
    [[], 0],
    [[0, 0], 0],
    [[0, 2, 0], 2],
    [[2, 1, 0], 1],
    [[1, 130, 2], 130],
  ] as const)('over records %j are %d', (codes, worst) => {
    expect(worstExitCode(codes)).toBe(worst);
  });
});

describe('error lines', () => {
  it('are error and hint, without a stack', () => {
    const error = new FoldError('USAGE', 'no such thing', { hint: 'try another' });
    expect(errorLines(error)).toEqual(['error: no such thing', 'hint: try another']);
    expect(errorLines(new FoldError('USAGE', 'alone'))).toEqual(['error: alone']);
  });

  it('show where a bug is and ask for a report', () => {
    const [first, second] = errorLines(new TypeError('x is undefined'));
    expect(first).toMatch(/^error: TypeError: x is undefined\n\s+at /);
    expect(second).toMatch(/^hint: .*report/);
  });
});
