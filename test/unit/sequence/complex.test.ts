import { describe, expect, it } from 'vitest';
import { chainNames, chainNamesIn } from '#sequence/chain-names';
import { interpret } from '#sequence/input';

describe('the chains that a FASTA header names', () => {
  it.each([
    ['4HHB_1|Chains A, C|Hemoglobin subunit alpha|Homo sapiens (9606)', ['A', 'C']],
    ['1CRN_1|Chain A|CRAMBIN|Crambe hispanica (3721)', ['A']],
    ['7KPB_2|Chains B[auth H], D[auth L]|Fab', ['H', 'L']],
    ['A|protein|./seq.a3m', ['A']],
    ['protein|name=heavy', ['heavy']],
    ['protein|antigen', ['antigen']],
    ['1abc_B mol:protein', ['B']],
    ['1ABC:B', ['B']],
    ['heavy', ['heavy']],
    ['H heavy chain of trastuzumab', ['H']],
    ['sp|P69905|HBA_HUMAN Hemoglobin', []],
    ['a_name_that_is_too_long', []],
    ['β', []],
    ['', []],
  ])('of "%s" are %j', (title, names) => {
    expect(chainNamesIn(title)).toEqual(names);
  });
});

it('names that are taken or missing become free letters', () => {
  expect(chainNames(['B', undefined, 'B', 'A'])).toEqual(['B', 'C', 'D', 'A']);
});

describe('records as one complex', () => {
  const read = (text: string, chains?: string[]) =>
    interpret(text, { complex: true, ...(chains ? { chainNames: chains } : {}) });

  it('are its chains, in order, by the names of the headers', () => {
    const [complex, ...others] = read('>heavy\nMKVLA\n>light\nGAGAW\n');
    expect(others).toEqual([]);
    expect(complex).toMatchObject({
      name: 'heavy_light',
      kind: 'protein',
      chains: [
        { id: 'heavy', sequence: 'MKVLA' },
        { id: 'light', sequence: 'GAGAW' },
      ],
    });
  });

  it('are copied where the header lists several chains', () => {
    const [complex] = read('>4HHB_1|Chains A, C|alpha\nMKVLA\n>4HHB_2|Chains B, D|beta\nGAGAW\n');
    expect(complex!.chains.map(({ id, sequence }) => id + sequence)).toEqual([
      'AMKVLA',
      'CMKVLA',
      'BGAGAW',
      'DGAGAW',
    ]);
  });

  it('keep the codons of genes, and say which chain a warning is about', () => {
    const [complex] = read('>gene\nATGAAAGTTCTGGCTTAA\n>J\nGAGUW\n');
    expect(complex!.chains[0]).toMatchObject({ id: 'gene', sequence: 'MKVLA' });
    expect(complex!.chains[0]!.codons).toHaveLength(5);
    expect(complex!.warnings.some(({ message }) => message.startsWith('chain J: '))).toBe(true);
  });

  it('with one name twice say which chain is which', () => {
    const [complex] = read('>A\nMKVLA\n>A\nGAGAW\n');
    expect(complex!.chains.map(({ id }) => id)).toEqual(['A', 'B']);
    expect(complex!.warnings.map(({ message }) => message).join()).toContain('so this one is B');
  });

  it('are called as the user says', () => {
    expect(read('>x\nMKVLA\n>y\nGAGAW\n', ['H', 'L'])[0]!.chains.map(({ id }) => id)).toEqual(['H', 'L']); // prettier-ignore
  });
});

describe('chain names of a record with ":"', () => {
  const idsOf = (chains: string[]) =>
    interpret('MKVLA:GAGAW', { chainNames: chains })[0]!.chains.map(({ id }) => id);

  it('are given in order', () => {
    expect(idsOf(['heavy', 'L'])).toEqual(['heavy', 'L']);
  });

  it.each([
    [['H'], '1 for 2 chains'],
    [['H', 'H'], 'H is there twice'],
    [['H', 'a b'], '"a b" is not a name for a chain'],
    [['H', ''], '"" is not a name'],
  ])('that do not fit are refused: %j', (names, message) => {
    expect(() => idsOf(names)).toThrow(message);
  });
});

it('jobs of AlphaFold 3 and Boltz name their chains', () => {
  const af3 = { name: 'x', sequences: [{ protein: { id: ['H', 'K'], sequence: 'MKVLA' } }, { protein: { id: 'L', sequence: 'GAGAW' } }] }; // prettier-ignore
  expect(interpret(JSON.stringify(af3))[0]!.chains.map(({ id }) => id)).toEqual(['H', 'K', 'L']);
  const boltz = 'sequences:\n  - protein:\n      id: Z\n      sequence: MKVLA\n';
  expect(interpret(boltz)[0]!.chains[0]!.id).toBe('Z');
});
