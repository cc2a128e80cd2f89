import { describe, expect, it } from 'vitest';
import { FoldError, ParseError } from '#errors';
import { SequenceLetterError } from '#sequence/sequence-error';
import { problemOf, PROBLEMS } from '#server/http/problem';

describe('problemOf', () => {
  it('tells of what we throw on purpose: code, detail and hint', () => {
    const error = new FoldError('MODEL_UNKNOWN', 'there is no model x', { hint: 'take y' });
    expect(problemOf(error)).toMatchObject({
      status: 422,
      code: 'MODEL_UNKNOWN',
      detail: 'there is no model x',
      hint: 'take y',
    });
  });

  it('tells where the letter or the line is', () => {
    const place = { letter: '1', position: 4, record: 'a', offset: 9 };
    expect(problemOf(new SequenceLetterError('bad', place))).toMatchObject(place);
    const at = { source: 'input', line: 3 };
    expect(problemOf(new ParseError('PARSE_FASTA', 'bad', at))).toMatchObject({ line: 3 });
  });

  it.each([new Error('password is 123'), 'text', undefined, { status: 500, message: 'secret' }])(
    'tells nothing of anything else: %s',
    (error) => {
      expect(problemOf(error)).toEqual({
        type: 'about:blank',
        title: 'Internal error',
        status: 500,
        detail: 'something went wrong on our side',
        code: 'INTERNAL',
      });
    },
  );

  it('has the status that HTTP has for what clients act on', () => {
    const statusOf = (code: keyof typeof PROBLEMS) => PROBLEMS[code][0];
    expect(statusOf('FORBIDDEN')).toBe(403);
    expect(statusOf('NOT_FOUND')).toBe(404);
    expect(statusOf('METHOD_NOT_ALLOWED')).toBe(405);
    expect(statusOf('BODY_TOO_LARGE')).toBe(413);
    expect(statusOf('MEDIA_TYPE')).toBe(415);
    expect(statusOf('RATE_LIMITED')).toBe(429);
    expect(statusOf('CLIENT_LIMIT')).toBe(429);
    expect(statusOf('STORE_UNAVAILABLE')).toBe(503);
  });

  it('has an HTTP status for every code', () => {
    for (const [code, [status, title]] of Object.entries(PROBLEMS)) {
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(title, code).not.toBe('');
    }
  });
});
