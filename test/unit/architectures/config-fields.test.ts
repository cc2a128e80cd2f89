import { describe, expect, it } from 'vitest';
import { ConfigFields } from '#architectures/config-fields';

const fields = new ConfigFields({
  one: 1,
  zero: 0,
  half: 0.5,
  yes: true,
  no: false,
  none: null,
  text: '7',
  letters: ['A', 'B'],
  inner: { six: 6 },
});
const refused = (message: string) =>
  expect.objectContaining({
    code: 'WEIGHTS_MISMATCH',
    message: `config.json: ${message}`,
  }) as Error;

describe('fields of a configuration', () => {
  it('are counts from 1, or from 0 where that is allowed', () => {
    expect(fields.count('one')).toBe(1);
    expect(fields.count('zero', { least: 0 })).toBe(0);
    expect(fields.count('absent', { fallback: 5 })).toBe(5);
    expect(fields.count('one', { fallback: 5 })).toBe(1);
    const wrong = (name: string, got: string) => {
      expect(() => fields.count(name)).toThrow(
        refused(`"${name}" must be a whole number from 1, got ${got}`),
      );
    };
    wrong('zero', '0');
    wrong('half', '0.5');
    wrong('text', '"7"');
    wrong('yes', 'true');
    wrong('none', 'null');
    wrong('absent', 'nothing');
  });

  it('are numbers above 0', () => {
    expect(fields.positive('half')).toBe(0.5);
    for (const name of ['zero', 'text', 'absent'])
      expect(() => fields.positive(name)).toThrow('must be a number above 0');
    expect(() => new ConfigFields({ x: Infinity }).positive('x')).toThrow('a number above 0');
  });

  it('are flags', () => {
    expect(fields.flag('yes', false)).toBe(true);
    expect(fields.flag('no', true)).toBe(false);
    expect([true, false].map((fallback) => fields.flag('absent', fallback))).toEqual([true, false]);
    expect(() => fields.flag('one', true)).toThrow(refused('"one" must be true or false, got 1'));
  });

  it('are objects, named by their path', () => {
    const inner = fields.object('inner');
    expect(inner.count('six')).toBe(6);
    inner.dividesInto('six', 3, 'heads');
    expect(() => {
      inner.dividesInto('six', 4, 'heads');
    }).toThrow(refused('"inner.six" must be a multiple of heads, 4, got 6'));
    for (const name of ['letters', 'one', 'none', 'absent'])
      expect(() => fields.object(name)).toThrow(refused(`"${name}" must be an object`));
    expect(() => new ConfigFields(null)).toThrow(refused('the file must be an object'));
  });

  it('may have to be as we can do it, or be absent', () => {
    fields.expect('one', 1, 'no reason');
    fields.expect('absent', true, 'no reason');
    expect(() => {
      fields.expect('no', true, 'there is no other');
    }).toThrow(refused('"no" is false, not true: there is no other'));
  });

  it('may be lists of which every place counts', () => {
    const list = (supported: readonly string[]) => () => {
      fields.expectList('letters', supported, 'why');
    };
    expect(list(['A', 'B'])).not.toThrow();
    expect(list(['X', 'B'])).toThrow(refused('"letters" has "A" in place 0, not "X": why'));
    expect(list(['A', 'X'])).toThrow(refused('"letters" has "B" in place 1, not "X": why'));
    expect(list(['A'])).toThrow(refused('"letters" has "B" in place 1, not nothing: why'));
    expect(list(['A', 'B', 'C'])).toThrow(
      refused('"letters" has nothing in place 2, not "C": why'),
    );
    for (const name of ['absent', 'text', 'none']) {
      fields.expectList(name, ['A'], 'why');
    }
  });
});
