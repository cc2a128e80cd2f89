import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { entryFacts } from '#template-search/entry-facts';
import { damagedLibrary, decodeBlock, encodeBlock } from '#template-search/library-format';

const factsOf = (text: string, structure = {}, fileName = 'x.pdb') =>
  entryFacts(text, { id: '', title: 'a title', date: '2001-02-03', ...structure }, fileName);

describe('what a structure file says of itself', () => {
  it('is read from the records of PDB', () => {
    const text = [
      'HEADER    X',
      'EXPDTA    X-RAY DIFFRACTION    ',
      'REVDAT   2   07-MAR-09 1ABC    1',
      'REVDAT   1   05-FEB-98 1ABC    0',
      'REMARK   2 RESOLUTION.    1.85 ANGSTROMS.',
    ].join('\n');
    expect(factsOf(text, { id: '1abc' })).toEqual({
      ...{ id: '1ABC', title: 'a title', date: '1998-02-05', method: 'X-RAY DIFFRACTION' },
      resolution: 1.85,
    });
  });

  it('is read from the items of mmCIF', () => {
    const text = [
      'data_1ABC',
      "_exptl.method   'ELECTRON MICROSCOPY' ",
      '_em_3d_reconstruction.resolution  3.20',
      'loop_',
      '_pdbx_audit_revision_history.ordinal',
      '_pdbx_audit_revision_history.revision_date',
      '2 2011-07-13',
      '1 2004-12-01',
      '#',
      '_other.date 1999-01-01',
    ].join('\n');
    expect(factsOf(text)).toMatchObject({
      method: 'ELECTRON MICROSCOPY',
      resolution: 3.2,
      date: '2004-12-01',
    });
    expect(factsOf('_refine.ls_d_res_high 2.1\n_exptl.method NMR')).toMatchObject({
      method: 'NMR',
      resolution: 2.1,
    });
    expect(factsOf('_pdbx_audit_revision_history.revision_date 2004-12-01').date).toBe(
      '2004-12-01',
    );
  });

  it('is nothing where it says nothing', () => {
    expect(factsOf('ATOM')).toEqual({ id: 'x', title: 'a title', date: '2001-02-03', method: '' });
    expect(factsOf('REMARK   2 RESOLUTION. NOT APPLICABLE.')).not.toHaveProperty('resolution');
  });

  it.each([
    ['01-JAN-70', '1970-01-01'],
    ['31-DEC-69', '2069-12-31'],
    ['09-SEP-00', '2000-09-09'],
    ['12-NOV-99', '1999-11-12'],
    ['12-FOO-99', '2001-02-03'],
  ])('is dated %s as %s', (given, date) => {
    expect(factsOf(`REVDAT   1   ${given} 1ABC    0`).date).toBe(date);
  });

  it.each([
    ['pdb1abc.ent.gz', '', '1ABC'],
    ['PDB1ABC.ENT', '', '1ABC'],
    ['pdb1abcd.ent', '', 'pdb1abcd'],
    ['AF-P12345-F1-model_v4.cif', 'whatever', 'AF-P12345-F1'],
    ['mine.cif.gz', '', 'mine'],
    ['mine.mmcif', '', 'mine'],
    ['mine.pdb', '1abc', '1ABC'],
    ['mine.txt', '', 'mine.txt'],
  ])('is called by its file %s, or by its id "%s": %s', (fileName, id, name) => {
    expect(factsOf('', { id }, fileName).id).toBe(name);
  });
});

describe('a block of a library', () => {
  const header = {
    path: 'a.pdb',
    size: 3,
    changed: 4,
    chains: [
      { id: 'A', sequence: 'MK', bytes: 2 },
      { id: 'B', sequence: 'V', bytes: 3 },
    ],
  };
  const chains = [Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5)];
  const block = encodeBlock(header, chains);

  it('has its length and checksum before it', () => {
    const payload = block.subarray(8);
    expect(block.readUInt32LE(0)).toBe(payload.length);
    expect(block.readUInt32LE(4)).toBe(crc32(payload));
    expect(payload.readUInt32LE(0)).toBe(JSON.stringify(header).length);
    expect(payload.toString('utf8', 4, payload.length - 5)).toBe(JSON.stringify(header));
    expect([...payload.subarray(-5)]).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives back what it holds, unless it is damaged', () => {
    const payload = block.subarray(8);
    const read = decodeBlock(payload, block.readUInt32LE(4))!;
    expect(read.header).toEqual(header);
    expect(read.chains.map((bytes) => [...bytes])).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    expect(decodeBlock(payload, 7)).toBeUndefined();
    expect(decodeBlock(payload.subarray(0, 3), crc32(payload.subarray(0, 3)))).toBeUndefined();
  });

  it('that is damaged is told with what to do', () => {
    expect(damagedLibrary('x', 'it is old')).toMatchObject({
      code: 'TEMPLATE_DAMAGED',
      message: 'x cannot be used as a library: it is old',
      hint: expect.stringContaining('codonfold library build') as string,
    });
  });
});
