import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RequestBody } from '#server/http/body-fields';
import { type ReadRecord, readRequest } from '#server/http/read-request';

const LIMITS = {
  ...{ MAX_BODY_KB: 1, MAX_ALIGNMENT_MB: 1, MAX_TEMPLATES_MB: 1 },
  ...{ MAX_BATCH: 3, MAX_RESIDUES: 12 },
};
const KB = 1024;
const MB = 2 ** 20;
const JSON_TYPE = 'application/json';

const read = (
  text: string | Uint8Array,
  contentType?: string,
  changes: Partial<RequestBody> = {},
  limits: Partial<typeof LIMITS> = {},
) => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const body = {
    operation: 'submitPrediction' as const,
    bytes,
    contentType,
    query: {},
    ...changes,
  };
  return readRequest(body, { ...LIMITS, ...limits });
};
const readJson = (fields: object, limits: Partial<typeof LIMITS> = {}) =>
  read(JSON.stringify(fields), JSON_TYPE, {}, limits);
async function readForm(
  fields: readonly (readonly [string, string | Uint8Array<ArrayBuffer>, string?])[],
  {
    operation = 'submitPrediction',
    limits = {},
  }: { operation?: RequestBody['operation']; limits?: Partial<typeof LIMITS> } = {},
) {
  const form = new FormData();
  for (const [field, value, name] of fields)
    if (typeof value === 'string' && name === undefined) form.append(field, value);
    else form.append(field, new Blob([value]), name ?? 'file');
  const request = new Request('http://localhost', { method: 'POST', body: form });
  const contentType = request.headers.get('content-type')!;
  return read(new Uint8Array(await request.arrayBuffer()), contentType, { operation }, limits);
}
const recordsIn = ({ records }: { records: readonly string[] }): ReadRecord[] =>
  records.map((record) => JSON.parse(record) as ReadRecord);
const sequencesIn = (given: { records: readonly string[] }): string[] =>
  recordsIn(given).map(({ chains }) => chains.map(({ sequence }) => sequence).join(':'));

const ATOMS = ['N', 'CA', 'C', 'O']
  .map(
    (name, i) =>
      `ATOM  ${String(i + 1).padStart(5)}  ${name.padEnd(3)} GLY A   1    ${`${i}.000`.padStart(8)}   1.000   2.000  1.00 10.00           ${name[0]!}`,
  ) // prettier-ignore
  .join('\n');
const TEMPLATE = `${ATOMS}\nTER\nEND\n`;

describe('a body', () => {
  it('is JSON where its type says so, whatever stands behind it', async () => {
    for (const type of [
      'application/json',
      'APPLICATION/JSON; charset=utf-8',
      'application/x.y+json',
    ])
      expect(sequencesIn(await read('{"sequence":"MKV"}', type)), type).toEqual(['MKV']);
  });

  it('is letters or FASTA otherwise, with its options in the query', async () => {
    for (const type of [undefined, 'text/plain', 'application/jsonl'])
      expect(sequencesIn(await read('MKV', type)), type).toEqual(['MKV']);
    const { options, records } = await read('>a\nMKV\n>b\nWYV', 'text/plain', {
      query: { numRecycles: 1, complex: true },
    });
    expect(options).toMatchObject({ numRecycles: 1 });
    expect(sequencesIn({ records })).toEqual(['MKV:WYV']);
    expect(options).not.toHaveProperty('sequence');
  });

  it('is read in the charset that it names', async () => {
    const [name] = recordsIn(await read(Buffer.from('>é\nMKV', 'latin1'), 'text/plain; charset="latin1"')); // prettier-ignore
    expect(name!.name).toBe('é');
    await expect(read('MKV', 'text/plain; charset=klingon')).rejects.toMatchObject({
      code: 'MEDIA_TYPE',
    });
  });

  it('may be what curl calls a form, but none', async () => {
    const type = 'application/x-www-form-urlencoded';
    expect(sequencesIn(await read('MKV', type))).toEqual(['MKV']);
    await expect(read('sequence=MKV', type)).rejects.toMatchObject({ code: 'MEDIA_TYPE' });
    await expect(read('sequence=MKV', 'text/plain')).rejects.not.toMatchObject({
      code: 'MEDIA_TYPE',
    });
  });

  it('that is broken JSON is told so, without what it holds', async () => {
    await expect(read('{"sequence": secret', JSON_TYPE)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringMatching(/^the body is not valid JSON: (?!.*secret)./) as string,
    });
  });

  it('takes JSON and forms only where its address does', async () => {
    const fold = { operation: 'foldSequence' as const };
    await expect(read('{}', JSON_TYPE, fold)).rejects.toMatchObject({
      code: 'MEDIA_TYPE',
      message: 'this address takes plain text',
    });
    expect(sequencesIn(await read('MKV', undefined, fold))).toEqual(['MKV']);
    const translate = readForm([['sequence', 'MKV']], { operation: 'translate' });
    await expect(translate).rejects.toMatchObject({
      code: 'MEDIA_TYPE',
      message: 'this address takes JSON or plain text',
    });
  });

  it('names the field that is wrong, where there is one', async () => {
    await expect(readJson({ sequence: 'MKV', numRecycles: 21 })).rejects.toMatchObject({
      message: expect.stringMatching(/^wrong request body: numRecycles: /) as string,
      details: { errors: [{ field: 'numRecycles' }] },
    });
    await expect(read('[]', JSON_TYPE)).rejects.toMatchObject({
      message: expect.stringMatching(/^wrong request body: (?!:)[A-Z]/) as string,
      details: { errors: [{ field: '' }] },
    });
  });
});

describe('the parts of a body', () => {
  it('may each be as large as the limits and no larger', async () => {
    const padded = (numBytes: number) => ({ fasta: `>a\nMKV${'\n'.repeat(numBytes - 6)}` });
    await expect(readJson(padded(KB))).resolves.toBeDefined();
    await expect(readJson(padded(KB + 1))).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });

    const row = '>a\nMKV\n';
    const aligned = (numBytes: number) => ({
      sequence: 'MKV',
      alignment: row + '\n'.repeat(numBytes - row.length),
    });
    await expect(readJson(aligned(MB))).resolves.toBeDefined();
    await expect(readJson(aligned(MB + 1))).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      message: expect.stringContaining('the alignment is larger than 1 MB') as string,
    });

    const templates = (numBytes: number) => {
      const half = Math.floor(numBytes / 2);
      return [half, numBytes - half].map((size) => ({
        structure: TEMPLATE + '\n'.repeat(size - TEMPLATE.length),
      }));
    };
    const withTemplates = (numBytes: number) =>
      readJson({ sequence: 'MKV', templates: templates(numBytes) });
    await expect(withTemplates(MB)).resolves.toBeDefined();
    await expect(withTemplates(MB + 1)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      message: expect.stringContaining('the templates are larger than 1 MB') as string,
    });
  });

  it('are measured in bytes, not in letters', async () => {
    const fasta = `>${'é'.repeat(500)}\nMKV\n${'\n'.repeat(30)}`; // 535 letters
    await expect(readJson({ fasta })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('may fill a form together, unpacked', async () => {
    const most = KB + 2 * MB;
    const filled = (numBytes: number) =>
      readForm([
        ['sequence', 'MKV'],
        ['unknown', gzipSync(new Uint8Array(numBytes)), 'x.gz'],
      ]);
    await expect(filled(most)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(filled(most + 1)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});

describe('records', () => {
  it('are as many as the limit and no more', async () => {
    const fasta = (times: number) => ({ fasta: '>a\nMKV\n'.repeat(times) });
    expect((await readJson(fasta(3))).records).toHaveLength(3);
    await expect(readJson(fasta(4))).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  });

  it('are as long as the limit and no longer, all chains together', async () => {
    expect(sequencesIn(await readJson({ sequence: 'M'.repeat(12) }))).toEqual(['M'.repeat(12)]);
    for (const sequence of ['M'.repeat(13), 'MMMMMM:MMMMMMM'])
      await expect(readJson({ sequence })).rejects.toMatchObject({ code: 'SEQUENCE_TOO_LONG' });
    const one = { fasta: '>a\nMKV\n>b\nMMMMMMMMMMMMM' };
    await expect(readJson(one)).rejects.toThrow('b has 13 residues; this server takes at most 12');
  });

  it('are translated as the options say', async () => {
    const gene = 'CATGAAATAA'; // frame 2: ATG AAA TAA
    const dna = { sequence: gene, type: 'dna' };
    const framed = recordsIn(await readJson({ ...dna, frame: 1 }));
    expect(framed[0]).toMatchObject({ frame: 1, chains: [{ sequence: 'HEI' }] });
    const started = recordsIn(await readJson({ ...dna, start: 2 }));
    expect(started[0]!.chains[0]!.sequence).toBe('MK');
    const later = recordsIn(await readJson({ ...dna, start: 5 }));
    expect(later[0]!.chains[0]!.sequence).toBe('K');
    const mitochondrial = { sequence: 'ATGATATGA', type: 'dna', geneticCode: 2, frame: 1 };
    expect(recordsIn(await readJson(mitochondrial))[0]!.chains[0]!.sequence).toBe('MMW');
    const alternative = { sequence: 'CTGAAATAA', type: 'dna', start: 1, alternativeStarts: true };
    expect(recordsIn(await readJson(alternative))[0]!.chains[0]!.sequence).toBe('MK');
    expect(recordsIn(await readJson({ sequence: 'GATTACA', type: 'protein' }))[0]!.kind).toBe('protein'); // prettier-ignore
  });

  it('of a circle run over its origin where it is said to be one', async () => {
    // from its letter 14 over the origin: ATG GCT AAA TAA
    const circle = { sequence: 'GCTAAATAACCCCATG', type: 'dna', start: 14 };
    const sequence = async (fields: object) =>
      recordsIn(await readJson({ ...circle, ...fields }))[0]!.chains[0]!.sequence;
    expect(await sequence({ circular: true })).toBe('MAK');
    expect(await sequence({ circular: false })).not.toBe('MAK');
  });

  it('carry their translations only where these are asked for', async () => {
    const dna = JSON.stringify({ sequence: 'ATGAAATAA', type: 'dna' });
    const translated = await read(dna, JSON_TYPE, { operation: 'translate' });
    expect(recordsIn(translated)[0]!.translations).toHaveLength(1);
    expect(recordsIn(await read(dna, JSON_TYPE))[0]).not.toHaveProperty('translations');
  });

  it('become one complex where that is asked for, with the names of its chains', async () => {
    const fasta = '>a\nMKV\n>b\nWYV';
    const apart = await readJson({ fasta });
    expect(sequencesIn(apart)).toEqual(['MKV', 'WYV']);
    expect(sequencesIn(await readJson({ fasta, complex: false }))).toEqual(['MKV', 'WYV']);
    const [together] = recordsIn(await readJson({ fasta, complex: true, chainNames: ['H', 'L'] }));
    expect(together!.chains.map(({ id }) => id)).toEqual(['H', 'L']);
    const [one] = recordsIn(await readJson({ sequence: 'MKV:WYV', chainNames: ['x', 'y'] }));
    expect(one!.chains.map(({ id }) => id)).toEqual(['x', 'y']);
  });

  it('of a FASTA file are chosen by name', async () => {
    const named = (names: readonly string[]) => names.map((name) => `>${name}\nMKV`).join('\n');
    const chosen = await readJson({ fasta: named(['a', 'b', 'c']), record: ['c', 'b'] });
    expect(recordsIn(chosen).map(({ name }) => name).sort()).toEqual(['b', 'c']); // prettier-ignore
    const all = await readJson({ fasta: named(['a', 'b', 'c']), allRecords: true });
    expect(all.records).toHaveLength(3);
  });

  it('are called what the request calls them, one at a time', async () => {
    const called = (fields: object) => readJson({ sequence: 'MKV', ...fields });
    expect(recordsIn(await called({ name: ' my  protein ' }))[0]!.name).toBe('my_protein');
    await expect(called({ name: '...' })).rejects.toThrow('name: must hold a letter or digit');
    const many = readJson({ fasta: '>a\nMKV\n>b\nWYV', name: 'both' });
    await expect(many).rejects.toMatchObject({ details: { errors: [{ field: 'name' }] } });
    const complex = { fasta: '>a\nMKV\n>b\nWYV', name: 'both', complex: true };
    expect(recordsIn(await readJson(complex))[0]!.name).toBe('both');
  });
});

describe('an alignment', () => {
  const alignment = '>q\nMKV\n>r\nMRV\n>s\nMR-\n';

  it('is stored packed, its rows are counted and drawn as asked', async () => {
    const rows = { maxMsa: '5:7', msaSampling: 'first', seed: 3 };
    const given = await readJson({ sequence: 'MKV', alignment, ...rows });
    expect(given.alignment!.rows).toEqual({
      maxClusters: 5,
      maxExtra: 7,
      sampling: 'first',
      seed: 3,
    });
    expect(gunzipSync(given.alignment!.packed).toString()).toBe(alignment);
    expect(recordsIn(given)[0]!.numAlignmentRows).toBe(3);
    expect(given.options).toHaveProperty('alignment', undefined);
    expect(given.options.search).toBeUndefined();
  });

  it('belongs to one sequence', async () => {
    const fasta = '>a\nMKV\n>b\nMKV';
    await expect(readJson({ fasta, alignment })).rejects.toThrow('alignment: is for one sequence at a time'); // prettier-ignore
    await expect(readJson({ sequence: 'MKW', alignment })).rejects.toMatchObject({
      code: 'ALIGNMENT_MISMATCH',
    });
  });

  it('is searched for where that is asked, and only there', async () => {
    const sought = await readJson({ sequence: 'MKV', msa: 'server', maxMsa: '5:7', seed: 1 });
    expect(sought.options.search).toEqual({
      maxClusters: 5,
      maxExtra: 7,
      sampling: undefined,
      seed: 1,
    });
    expect(sought).not.toHaveProperty('alignment');
    expect((await readJson({ sequence: 'MKV', msa: 'none' })).options.search).toBeUndefined();
  });

  it('is no part of a request without one', async () => {
    const plain = await readJson({ sequence: 'MKV' });
    expect(Object.keys(plain).sort()).toEqual(['options', 'records']);
    expect(recordsIn(plain)[0]).not.toHaveProperty('numAlignmentRows');
  });
});

describe('templates', () => {
  it('are counted by chain, and stored apart from the records', async () => {
    const given = await readForm([
      ['sequence', 'MKV'],
      ['templates', TEMPLATE, 'one.pdb'],
      ['templates', new Uint8Array(gzipSync(TEMPLATE)), 'two.pdb.gz'],
    ]);
    expect(given.templates).toMatchObject({ numChains: 2 });
    expect(given.templates!.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(recordsIn(given)[0]).not.toHaveProperty('templates');
    expect(given.options).toHaveProperty('templates', undefined);
    expect(given.options.templateSearch).toBeUndefined();
  });

  it('have a protein chain, and are of one sequence of one chain', async () => {
    const templates = [{ structure: TEMPLATE }];
    const many = readJson({ fasta: '>a\nMKV\n>b\nMKV', templates });
    await expect(many).rejects.toThrow('templates: are for one sequence at a time');
    await expect(readJson({ sequence: 'MKV:MKV', templates })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    const searched = readJson({ sequence: 'MKV:MKV', templates: 'pdb' });
    await expect(searched).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const water = TEMPLATE.replaceAll('ATOM  ', 'HETATM').replaceAll('GLY', 'HOH');
    await expect(readJson({ sequence: 'MKV', templates: [{ structure: water }] })).rejects.toMatchObject({ code: 'STRUCTURE_MISMATCH' }); // prettier-ignore
  });

  it('without a name are numbered, so that errors tell which is broken', async () => {
    const templates = [{ structure: TEMPLATE }, { structure: 'ATOM  nonsense' }];
    await expect(readJson({ sequence: 'MKV', templates })).rejects.toThrow('template-2');
    const named = [{ structure: 'ATOM  nonsense', name: 'mine.pdb' }];
    await expect(readJson({ sequence: 'MKV', templates: named })).rejects.toThrow('mine.pdb');
  });

  it('are searched for with what is left out', async () => {
    const filter = { templateMaxDate: '2020-01-31', templateMaxIdentity: 0.5 };
    const sought = await readJson({ sequence: 'MKV', templates: 'library', ...filter });
    expect(sought.options.templateSearch).toEqual({
      from: 'library',
      filter: { maxDate: '2020-01-31', maxIdentity: 0.5, exclude: undefined },
    });
    expect(sought).not.toHaveProperty('templates');
  });
});

describe('a form', () => {
  it('has text and files, whose line ends are those of Unix in text alone', async () => {
    const given = await readForm([
      ['fasta', '>a\nMKV\n>b\nWYV'],
      ['complex', 'true'],
      ['chainNames', 'H, L'],
    ]);
    expect(sequencesIn(given)).toEqual(['MKV:WYV']);
    expect(recordsIn(given)[0]!.chains.map(({ id }) => id)).toEqual(['H', 'L']);
    const file = await readForm([['fasta', '>a\nMKV', 'a.fasta']]);
    expect(sequencesIn(file)).toEqual(['MKV']);
  });

  it('gives each field once, but templates', async () => {
    const twice = readForm([
      ['sequence', 'MKV'],
      ['sequence', 'MKV'],
    ]);
    await expect(twice).rejects.toMatchObject({
      message: 'wrong form: sequence: is given twice',
      details: { errors: [{ field: 'sequence', message: 'is given twice' }] },
    });
    const mixed = readForm([
      ['sequence', 'MKV'],
      ['templates', 'pdb'],
      ['templates', TEMPLATE, 'one.pdb'],
    ]);
    await expect(mixed).rejects.toThrow('templates: is given twice');
  });

  it('that is broken is told so', async () => {
    const type = 'multipart/form-data; boundary=x';
    for (const [body, contentType] of [
      ['--x\r\nContent-Disposition: form-data; name="sequence"\r\n\r\nMKV', type],
      ['', 'multipart/form-data'],
    ] as const)
      await expect(read(body, contentType)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: 'wrong form: it is broken or cut short',
        details: { errors: [] },
      });
    const packed = gzipSync(TEMPLATE);
    const cut = new Uint8Array(packed.subarray(0, packed.length - 9));
    const broken = readForm([
      ['sequence', 'MKV'],
      ['templates', cut, 'cut.pdb.gz'],
    ]);
    await expect(broken).rejects.toMatchObject({
      message: 'wrong form: templates: the gzip data of cut.pdb.gz are broken or cut short',
      details: { errors: [{ field: 'templates' }] },
    });
  });

  it('has at most fifty parts', async () => {
    const parts = (count: number) =>
      Array.from({ length: count }, (_, i) => [`unknown${i}`, 'x'] as const);
    await expect(readForm(parts(50))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(readForm(parts(50))).rejects.not.toThrow('too many');
    await expect(readForm(parts(51))).rejects.toThrow('wrong form: it has too many fields');
  });
});
