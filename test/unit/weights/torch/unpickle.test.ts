import { describe, expect, it } from 'vitest';
import type { PickleValue } from '#weights/torch/pickle-value';
import { torchWorld } from '#weights/torch/torch-world';
import { unpickle } from '#weights/torch/unpickle';

/** A pickle from operations in latin-1 text. */
const load = (operations: string): PickleValue =>
  unpickle(
    Uint8Array.from(operations, (letter) => letter.charCodeAt(0)),
    torchWorld('x.pt'),
  );

describe('values', () => {
  it.each<[string, string, PickleValue]>([
    ['None', 'N.', null],
    ['True', '\x88.', true],
    ['a negative int', 'J\xfe\xff\xff\xff.', -2],
    ['a 2-byte int', 'M\x01\x02.', 513],
    ['a long', '\x8a\x05\xff\xff\xff\xff\xff.', -1],
    ['a long beyond exact numbers', '\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40.', 2n ** 62n],
    ['an empty long', '\x8a\x00.', 0],
    ['a float, big-endian', 'G\x3f\xf8\0\0\0\0\0\0.', 1.5],
    ['text', 'X\x02\0\0\0\xc3\xa9.', 'é'],
    ['a list', '(K\x01K\x02l.', [1, 2]],
    ['a list appended to', '](K\x01K\x02e.', [1, 2]],
    ['a tuple of three', 'K\x01K\x02K\x03\x87.', [1, 2, 3]],
    ['a dictionary', '(K\x01Nd.', new Map([[1, null]])],
    [
      'a dictionary filled',
      '}(K\x01NK\x02Nu.',
      new Map([
        [1, null],
        [2, null],
      ]),
    ],
    ['an ordered dictionary', 'ccollections\nOrderedDict\n)R.', new Map()],
    ['one from pairs', 'ccollections\nOrderedDict\n]K\x01N\x86a\x85R.', new Map([[1, null]])],
    ['a memo used twice', ']q\x05h\x05\x86.', [[], []]],
    ['protocol 4', '\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x01a\x94h\x00\x86.', ['a', 'a']],
  ])('%s', (_, operations, value) => {
    expect(load(operations)).toEqual(value);
  });

  it('gives an object its attributes as a record', () => {
    const object = load('cargparse\nNamespace\n)\x81}X\x01\0\0\0aK\x05sb.');
    expect(object).toMatchObject({
      className: 'argparse.Namespace',
      attributes: new Map([['a', 5]]),
    });
  });

  it('ignores attributes of a dictionary, which are not its items', () => {
    expect(load('ccollections\nOrderedDict\n)R}X\x01\0\0\0aK\x05sb.')).toEqual(new Map());
  });
});

const storage = '(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0' + '0X\x03\0\0\0cpuK\x06tQ';
const tensor = (rest: string): string => `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${rest}tR.`;

describe('tensors', () => {
  it('are views of a storage', () => {
    expect(load(tensor('K\x01K\x02K\x02\x86K\x02K\x01\x86\x89N'))).toMatchObject({
      storage: { key: '0', dtype: 'F32', count: 6 },
      offset: 1,
      shape: [2, 2],
      strides: [2, 1],
    });
  });

  it.each<[string, string]>([
    ['past the end of its storage', tensor('K\x03K\x02K\x02\x86K\x02K\x01\x86\x89N')],
    ['larger than its storage by strides of 0', tensor('K\0K\x07K\x02\x86K\0K\0\x86\x89N')],
    ['of sizes whose product is not a number', tensor('K\0(\x8a\x06\0\0\0\0\0\x10l(K\0l\x89N')],
  ])('%s are refused or empty', (_, operations) => {
    expect(() => load(operations)).toThrow(/reaches beyond|axes/);
  });

  it.each<[string, string]>([
    ['a negative stride', tensor('K\0K\x02\x85J\xff\xff\xff\xff\x85\x89N')],
    ['a negative offset', tensor('J\xff\xff\xff\xffK\x01\x85K\x01\x85\x89N')],
    ['a shape that is text', tensor('K\0X\x01\0\0\0aK\x01\x85\x89N')],
    ['no arguments', 'ctorch._utils\n_rebuild_tensor_v2\n)R.'],
  ])('with %s are refused', (_, operations) => {
    expect(() => load(operations)).toThrow(/without storage, offset, shape and strides/);
  });
});

describe('what could run code', () => {
  it.each([
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['torch', 'load'],
    ['torch._utils', '_rebuild_parameter_with_state'],
    ['argparse', 'Namespace.__init__'],
    ['omegaconf.omegaconf', 'OmegaConf'],
    ['collections', 'OrderedDict.update'],
    ['constructor', 'prototype'],
  ])('%s.%s is refused and named', (module, name) => {
    const problem = new RegExp(`refers to "${module}\\.${name.replaceAll('.', '\\.')}"`);
    expect(() => load(`c${module}\n${name}\n)R.`)).toThrow(problem);
    const text = (s: string): string => `\x8c${String.fromCharCode(s.length)}${s}`;
    expect(() => load(`${text(module)}${text(name)}\x93.`)).toThrow(problem);
  });

  it('a type may be named, but not called', () => {
    expect(() => load('cbuiltins\ndict\n)R.')).toThrow(
      /"builtins\.dict" may be named but not called/,
    );
  });

  it.each([
    ['INST', '(iposix\nsystem\n.'],
    ['OBJ', '(cbuiltins\ndict\no.'],
    ['EXT1', '\x82\x01.'],
    ['PERSID', 'Pabc\n.'],
    ['NEWOBJ_EX', 'cargparse\nNamespace\n)}\x92.'],
  ])('operation %s does not exist here', (_, operations) => {
    expect(() => load(operations)).toThrow(/is not allowed/);
  });
});

describe('nonsense', () => {
  it.each([
    ['no bytes', '', /ends where 1 bytes were to come/],
    ['no stop', 'N', /ends where/],
    ['an empty stack', '.', /stack empty/],
    ['text longer than the file', 'X\xff\xff\xff\x7fabc.', /ends where 2147483647 bytes/],
    ['text of 2^63 bytes', '\x8d\0\0\0\0\0\0\0\x80abc.', /ends where/],
    ['an unknown memo', 'h\x07.', /memo 7 is empty/],
    ['a mark missing', 'Nl.', /mark missing/],
    ['taking from below a mark', 'N(\x85.', /stack empty/],
    ['append to a number', 'K\x01K\x01a.', /not a list/],
    ['items for a list', ']K\x01K\x01s.', /not a dictionary/],
    ['a key without value', '(K\x01d.', /key without value/],
    ['calling a number', 'K\x01)R.', /not a function/],
    ['state for a list', '])b.', /not a configuration object/],
    ['a persistent id of nothing', 'NQ.', /persistent id/],
    ['an integer of 255 bytes', '\x8a\xff' + '\x01'.repeat(255) + '.', /integer of 255 bytes/],
    ['a global without a line end', 'cposix', /line without an end/],
    ['a million empty lists', ']'.repeat(1_000_000) + '.', /more than 250000 containers/],
    ['three million marks', '('.repeat(3_000_000) + '.', /more than 2000000 operations/],
  ])('%s is refused', (_, operations, message) => {
    expect(() => load(operations)).toThrow(message);
  });
});
