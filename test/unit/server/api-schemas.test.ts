import { describe, expect, it } from 'vitest';
import { FoldOptions, FoldRequest, TranslateRequest } from '#server/http/api-schemas';
import { openApiDocument } from '#server/http/openapi';

const NUMBERS = ['geneticCode', 'frame', 'numRecycles'] as const;

describe('a number in a JSON body', () => {
  it.each(NUMBERS)('%s is a number and nothing that could be read as one', (field) => {
    expect(FoldRequest.parse({ sequence: 'MK', [field]: 1 })).toHaveProperty(field, 1);
    for (const value of [null, '', [], true, '1', 1.5]) {
      const { error } = FoldRequest.safeParse({ sequence: 'MK', [field]: value });
      expect(error?.issues[0]?.path, JSON.stringify(value)).toEqual([field]);
    }
  });

  it('is checked for translations too', () => {
    expect(TranslateRequest.safeParse({ sequence: 'ATG', geneticCode: '1' }).success).toBe(false);
  });

  it('that is no reading frame is told which there are', () => {
    for (const frame of [null, 4, 1.5]) {
      const { error } = FoldRequest.safeParse({ sequence: 'ATG', frame });
      expect(error?.issues[0]?.message).toBe('must be auto, 1, 2, 3, -1, -2 or -3');
    }
  });
});

describe('a number in a query', () => {
  it('is text', () => {
    const query = { geneticCode: '11', frame: '-2', numRecycles: '0' };
    expect(FoldOptions.parse(query)).toEqual({ geneticCode: 11, frame: -2, numRecycles: 0 });
    expect(FoldOptions.safeParse({ numRecycles: 'few' }).success).toBe(false);
  });

  it('is documented as a number of the same range as in JSON', () => {
    const { paths } = openApiDocument() as {
      paths: Record<string, { post: { parameters: unknown[]; requestBody: unknown } }>;
    };
    const { parameters, requestBody } = paths['/api/v1/predictions']!.post;
    const schema = { type: 'integer', minimum: 0, maximum: 20 };
    expect(parameters).toContainEqual(expect.objectContaining({ name: 'numRecycles', schema }));
    expect(requestBody).toHaveProperty(
      ['content', 'application/json', 'schema', 'properties', 'numRecycles'],
      { ...schema, description: 'Extra passes' },
    );
  });
});
