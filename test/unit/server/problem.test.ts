import { describe, expect, it } from 'vitest';
import { FoldError, ParseError } from '#errors';
import { SequenceLetterError } from '#sequence/sequence-error';
import { MethodError, problemOf, PROBLEMS, RequestError } from '#server/http/problem';

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

  it.each([
    [400, 'REQUEST_INVALID USAGE'],
    [401, 'UNAUTHORIZED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [405, 'METHOD_NOT_ALLOWED'],
    [409, 'JOB_CANCELLED JOB_FAILED JOB_UNFINISHED'],
    [413, 'BODY_TOO_LARGE'],
    [415, 'MEDIA_TYPE'],
    [
      422,
      'ALIGNMENT_MISMATCH BATCH_TOO_LARGE GENETIC_CODE_UNKNOWN MEMORY_ESTIMATE MODEL_UNKNOWN PARSE_ALIGNMENT PARSE_CHECKPOINT PARSE_DATASET PARSE_FASTA PARSE_MMCIF PARSE_PDB PARSE_SAFETENSORS READING_FRAME SEQUENCE_EMPTY SEQUENCE_FORMAT SEQUENCE_LETTER SEQUENCE_NAME SEQUENCE_TOO_LONG STRUCTURE_MISMATCH STRUCTURE_UNWRITABLE',
    ],
    [429, 'CLIENT_LIMIT RATE_LIMITED'],
    [
      500,
      'CONFIG_INVALID DATA_DIR_IN_USE ENGINE_FAILED FILE_READ FILE_WRITE JOB_INTERRUPTED RESULT_NOT_FINITE STORE_NEWER TENSOR_SHAPE TRAINING_DIVERGED WEIGHTS_MISMATCH WEIGHTS_NOT_FINITE',
    ],
    [502, 'ALIGNMENT_SEARCH DOWNLOAD_FAILED TEMPLATE_SEARCH'],
    [
      503,
      'ENGINE_UNAVAILABLE HELPER_TIMEOUT MODEL_CHANGED MODEL_MISSING PREDICTION_DAMAGED PROCESS_DIED QUEUE_FULL SERVER_BUSY SHUTTING_DOWN STORE_UNAVAILABLE TEMPLATE_DAMAGED',
    ],
    [504, 'WAIT_TIMEOUT'],
    [507, 'STORE_FULL'],
  ])('answers %i to %s', (status, codes) => {
    const those = Object.entries(PROBLEMS).filter(([, [given]]) => given === status);
    expect(
      those
        .map(([code]) => code)
        .sort()
        .join(' '),
    ).toBe(codes);
  });

  it('takes over the statuses of parsers that mean the client, and of nothing else', () => {
    const answerTo = (error: unknown) => {
      const { status, code } = problemOf(error);
      return `${status} ${code}`;
    };
    expect(answerTo({ status: 413, type: 'entity.too.large' })).toBe('413 BODY_TOO_LARGE');
    expect(answerTo({ status: 415 })).toBe('415 MEDIA_TYPE');
    expect([400, 414, 499].map((status) => answerTo({ status }))).toEqual(
      Array<string>(3).fill('400 REQUEST_INVALID'),
    );
    expect([399, 500, '400'].map((status) => answerTo({ status }))).toEqual(
      Array<string>(3).fill('500 INTERNAL'),
    );
    expect(problemOf(new MethodError('PUT', 'GET, HEAD'))).toEqual({
      type: '/api/docs#METHOD_NOT_ALLOWED',
      title: 'Method not allowed',
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      detail: 'this address does not take PUT, but GET, HEAD',
    });
  });

  it('names the fields of a request that are wrong, with a hint where there is one', () => {
    const errors = [{ field: 'name', message: 'too long' }];
    expect(problemOf(new RequestError('wrong', errors))).toEqual({
      type: '/api/docs#REQUEST_INVALID',
      title: 'The request does not fit its schema',
      status: 400,
      code: 'REQUEST_INVALID',
      detail: 'wrong',
      errors,
    });
    expect(problemOf(new RequestError('wrong', [], 'read this')).hint).toBe('read this');
  });

  it('has an HTTP status for every code', () => {
    for (const [code, [status, title]] of Object.entries(PROBLEMS)) {
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(title, code).not.toBe('');
    }
  });
});
