import { describe, expect, it } from 'vitest';

import { inferElement, normaliseElement } from '#bio-pdb/molecules/elements';

describe('normaliseElement', () => {
  it.each([
    ['FE', 'Fe'],
    ['c', 'C'],
    ['D', 'D'],
    ['Og', 'Og'],
    ['QQ', 'X'],
    ['', 'X'],
  ])('reads %j as %s', (symbol, element) => {
    expect(normaliseElement(symbol)).toBe(element);
  });
});

describe('inferElement', () => {
  it.each([
    [' CA ', true, 'C'],
    ['CA  ', false, 'Ca'],
    ['CA  ', true, 'C'],
    ['HG11', true, 'H'],
    ['HG11', false, 'H'],
    ['HG  ', false, 'Hg'],
    ['1HB ', true, 'H'],
    ['FE  ', false, 'Fe'],
    ['ZN  ', false, 'Zn'],
    [' P  ', true, 'P'],
    ["C1'A", false, 'C'],
    ['    ', false, 'X'],
  ])('takes %j (standard residue: %s) for %s', (name, isStandard, element) => {
    expect(inferElement(name, isStandard)).toBe(element);
  });
});
