import { describe, expect, it } from 'vitest';
import {
  AttentionQuery,
  FoldForm,
  FoldOptions,
  FoldRequest,
  ListQuerySchema,
  MutantQuery,
  NeighboursQuery,
  TranslateOptions,
} from '#server/http/api-schemas';

const fold = (fields: object) => FoldRequest.safeParse({ sequence: 'MKV', ...fields }).success;
const form = (fields: object) => FoldForm.safeParse({ sequence: 'MKV', ...fields }).success;
const letters = (count: number) => 'x'.repeat(count);
const list = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);
const templates = (count: number) => list(count).map((name) => ({ name, structure: 'ATOM' }));

describe('a field of a prediction', () => {
  it.each([
    ['name', [letters(1), letters(200)], ['', letters(201)]],
    ['frame', [1, 2, 3, -1, -2, -3, 'auto'], [0, 4, -4]],
    ['start', [1, 1e6], [0, -1]],
    ['numRecycles', [0, 20], [-1, 21]],
    ['recycleTolerance', [0, 0.5, 1000], [-0.1, 1000.1]],
    ['chainNames', [list(1), list(1000)], [[], list(1001)]],
    ['alignment', ['>a'], ['']],
    ['msa', ['none', 'server'], ['', 'other']],
    ['templates', [templates(1), templates(20), 'library', 'pdb'], [[], templates(21), 'other']],
    ['complex', [true, false], ['true', 1]],
  ])('%s is within its bounds', (field, right, wrong) => {
    for (const value of right) expect(fold({ [field]: value }), JSON.stringify(value)).toBe(true);
    for (const value of wrong) expect(fold({ [field]: value }), JSON.stringify(value)).toBe(false);
  });

  it.each([
    ['maxMsa', ['1:0', '512:1024', '999999:999999'], ['0:1', '1', '1000000:1', '1:1000000', 'a:b']],
    ['msaSampling', ['random', 'first'], ['last']],
    ['seed', [0, 7], [-1, 0.5]],
  ])(
    '%s is within its bounds, and comes with an alignment or a search alone',
    (field, right, wrong) => {
      for (const value of right) {
        expect(fold({ alignment: '>a', [field]: value }), JSON.stringify(value)).toBe(true);
        expect(fold({ msa: 'server', [field]: value }), JSON.stringify(value)).toBe(true);
        expect(fold({ [field]: value }), String(value)).toBe(false);
        expect(fold({ msa: 'none', [field]: value }), String(value)).toBe(false);
      }
      for (const value of wrong) expect(fold({ alignment: '>a', [field]: value })).toBe(false);
    },
  );

  it.each([
    ['templateMaxDate', ['2021-09-30'], ['2021-13-01', '30.9.2021']],
    ['templateMaxIdentity', [0, 0.3, 1], [-0.1, 1.1]],
    ['templateExclude', [list(1)], [[]]],
  ])(
    '%s is within its bounds, and comes with a search for templates alone',
    (field, right, wrong) => {
      for (const value of right) {
        expect(fold({ templates: 'pdb', [field]: value }), String(value)).toBe(true);
        expect(fold({ templates: templates(1), [field]: value })).toBe(false);
        expect(fold({ [field]: value })).toBe(false);
      }
      for (const value of wrong) expect(fold({ templates: 'pdb', [field]: value })).toBe(false);
    },
  );

  it('of a template is within its bounds', () => {
    const template = (fields: object) => fold({ templates: [{ structure: 'ATOM', ...fields }] });
    for (const fields of [{}, { name: letters(1) }, { name: letters(200) }, { chain: 'A' }, { chain: letters(20) }]) expect(template(fields)).toBe(true); // prettier-ignore
    for (const fields of [{ name: '' }, { name: letters(201) }, { chain: '' }, { chain: letters(21) }, { other: 1 }]) expect(template(fields)).toBe(false); // prettier-ignore
  });

  it('gives one input, and one alignment', () => {
    const given = (fields: object) => FoldRequest.safeParse(fields);
    expect(given({ fasta: '>a\nMKV' }).success).toBe(true);
    for (const fields of [{}, { sequence: 'M', fasta: '>a\nM' }])
      expect(given(fields).error?.issues[0]).toMatchObject({
        message: 'give either sequence or fasta',
        path: ['sequence'],
      });
    const both = given({ sequence: 'M', alignment: '>a', msa: 'server' });
    expect(both.error?.issues[0]?.path).toEqual(['msa']);
    expect(fold({ alignment: '>a', msa: 'none' })).toBe(true);
  });
});

describe('a field of a form', () => {
  it('is text that stands for a number, a flag or a list', () => {
    const parsed = FoldForm.parse({
      sequence: 'MKV',
      ...{ numRecycles: '3', complex: 'true', circular: 'false', chainNames: 'H, L' },
      ...{ templates: 'pdb', templateMaxIdentity: '0.5', templateExclude: '1ABC,2DEF:A' },
    });
    expect(parsed).toMatchObject({
      ...{ numRecycles: 3, complex: true, circular: false, chainNames: ['H', 'L'] },
      ...{ templateMaxIdentity: 0.5, templateExclude: ['1ABC', '2DEF:A'] },
    });
    expect([form({ complex: 'yes' }), form({ numRecycles: 'few' }), form({ seed: '1' })]).toEqual([
      false,
      false,
      false,
    ]);
    expect(form({ alignment: '>a', msa: 'server' })).toBe(false);
    expect(form({ templateMaxIdentity: '0.5' })).toBe(false);
    expect(form({ fasta: '>a' })).toBe(false);
  });
});

describe('a query', () => {
  it.each([
    ['the list', ListQuerySchema, 'limit', ['1', '200'], ['0', '201', '1.5']],
    ['the list', ListQuerySchema, 'cursor', ['1', '99999'], ['0', '-1', '1.5']],
    ['the list', ListQuerySchema, 'status', ['waiting', 'cancelled'], ['gone']],
    ['neighbours', NeighboursQuery, 'limit', ['1', '100'], ['0', '101']],
    ['a mutant', MutantQuery.partial(), 'mutant', [letters(200)], [letters(201)]],
    ['options', FoldOptions, 'numRecycles', ['0', '20'], ['-1', '21', '1.5']],
    ['a translation', TranslateOptions, 'start', ['1'], ['0', '1.5']],
  ])('of %s keeps %s%s within its bounds', (_what, schema, field, right, wrong) => {
    for (const value of right) expect(schema.safeParse({ [field]: value }).success).toBe(true);
    for (const value of wrong) expect(schema.safeParse({ [field]: value }).success).toBe(false);
  });

  it('has defaults', () => {
    expect(ListQuerySchema.parse({})).toEqual({ limit: 50 });
    expect(NeighboursQuery.parse({})).toEqual({ limit: 10 });
    expect(AttentionQuery.parse({ block: '0', head: '2' })).toEqual({
      network: 'trunk',
      block: 0,
      head: 2,
    });
    for (const wrong of [{ block: '-1', head: '0' }, { block: '0', head: '-1' }, { block: '0' }])
      expect(AttentionQuery.safeParse(wrong).success).toBe(false);
  });
});
