import { describe, expect, it } from 'vitest';

import { readCif } from '#bio-pdb/cif/reader';
import { cifValue } from '#bio-pdb/cif/writer';

function value(text: string): string | null {
  return readCif(`data_x\n_a.b ${text}\n`, 'x.cif')[0]!.single('_a.b');
}

describe('readCif on values', () => {
  it.each([
    ['plain', 'plain'],
    ["'two words'", 'two words'],
    [`"double 'inside'"`, "double 'inside'"],
    ["'5'-end'", "5'-end"],
    ["'a''", "a'"],
    ["''", ''],
    ['.', null],
    ['?', null],
    ["'?'", '?'],
    ['"."', '.'],
    ['a#b', 'a#b'],
    ['semi;colon', 'semi;colon'],
    ['dataset', 'dataset'],
    ['loop_the_loop', 'loop_the_loop'],
    ['\n;one\ntwo\n;', 'one\ntwo'],
    ['\n;\nafter an empty line\n;', '\nafter an empty line'],
    ['\n;one\r\ntwo\r\n;', 'one\ntwo'],
    ['\n;\n;', ''],
    ['\n;?\n;', '?'],
    ['# comment\n plain # comment', 'plain'],
  ])('reads %j', (text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('readCif on structure', () => {
  it('reads blocks, loops and save frames, names in any case', () => {
    const [first, second] = readCif(
      'data_one loop_ _A.x _A.y 1 2 3 4 data_two save_frame _a.X 5 save_ _b.c 6',
      'x.cif',
    );
    expect(first!.name).toBe('one');
    expect(first!.category('_a')!.numRows).toBe(2);
    expect(first!.category('_a')!.require('Y').get(1)).toBe('4');
    expect(second!.frames[0]!.single('_A.x')).toBe('5');
    expect(second!.single('_b.c')).toBe('6');
  });

  it.each([
    ['x.cif:1: mmCIF must begin with data_', '_a.b 1'],
    ['x.cif:2: _a.b has no value', 'data_x\n_a.b\n_a.c 1'.replace('\n_a.c', ' _a.c')],
    ['x.cif:3: _a.B appears twice', 'data_x\n_a.b 1\n_a.B 2'],
    ['x.cif:2: the loop names no items', 'data_x\nloop_ 1'],
    [
      'x.cif:3: the last row of the loop of _a.b lacks values for some of its 2 items',
      'data_x\nloop_ _a.b _a.c 1 2 3\n',
    ],
    ['x.cif:2: the quoted value does not end on its line', "data_x\n_a.b 'open\n'"],
    ['x.cif:3: the text that begins with a semicolon never ends', 'data_x\n_a.b\n;open\n ;'],
    ['x.cif:2: "stray" stands where a name was expected', 'data_x\nstray'],
    ['x.cif:4: "stray" stands where a name was expected', 'data_x\r_a.b 1\r\n\nstray'],
    ['x.cif:2: global_ is not allowed in mmCIF', 'data_x\nglobal_'],
    ['x.cif:2: the frame save_f never ends', 'data_x save_f\ndata_y'],
    ['x.cif:2: save_ ends no frame', 'data_x\nsave_'],
  ])('says %j', (message, text) => {
    expect(() => readCif(text, 'x.cif')).toThrow(
      expect.objectContaining({ code: 'PARSE_MMCIF', message }),
    );
  });
});

describe('cifValue', () => {
  it.each([
    ['plain', 'plain'],
    ['two words', "'two words'"],
    ["5'-end", "5'-end"],
    ["a' b", `"a' b"`],
    [`a' b" c`, `\n;a' b" c\n;`],
    ['', '?'],
    ['?', "'?'"],
    ['.', "'.'"],
    ['_tag', "'_tag'"],
    ['#x', "'#x'"],
    ['data_x', "'data_x'"],
    ['Loop_', "'Loop_'"],
    ['a\nb', '\n;a\nb\n;'],
    ['Größe', "'Größe'"],
  ])('writes %j as %j', (text, expected) => {
    expect(cifValue(text, '_a.b')).toBe(expected);
  });

  it.each(['a\n;b', 'a\rb', 'a\u0000'])('refuses %j', (text) => {
    expect(() => cifValue(text, '_a.b')).toThrow(
      expect.objectContaining({ code: 'STRUCTURE_UNWRITABLE' }),
    );
  });
});
