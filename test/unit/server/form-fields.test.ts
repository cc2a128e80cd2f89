import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formFields } from '#server/http/form-fields';

const MAX_BYTES = 1000;

async function fieldsOf(files: readonly (readonly [string, Uint8Array<ArrayBuffer>])[]) {
  const form = new FormData();
  for (const [field, bytes] of files) form.append(field, new Blob([bytes]), 'file.pdb');
  const request = new Request('http://localhost', { method: 'POST', body: form });
  const contentType = request.headers.get('content-type')!;
  return formFields(new Uint8Array(await request.arrayBuffer()), contentType, MAX_BYTES);
}
const packed = (length: number) => new Uint8Array(gzipSync(Buffer.alloc(length, 'A')));

describe('what the files of a form are unpacked to', () => {
  it('may be as large as the limit together', async () => {
    const fields = await fieldsOf([
      ['templates', packed(600)],
      ['alignment', packed(400)],
    ]);
    expect(fields['alignment']).toBe('A'.repeat(400));
    expect(fields['templates']).toEqual([{ name: 'file.pdb', structure: 'A'.repeat(600) }]);
  });

  it.each([['templates'], ['unknown']])('is bounded for %s of many files', async (field) => {
    const names = field === 'templates' ? [field, field] : ['unknown1', 'unknown2'];
    const files = names.map((name) => [name, packed(600)] as const);
    await expect(fieldsOf(files)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});

describe('the fields of a form', () => {
  it('may have any name, and no name twice', async () => {
    const bytes = new TextEncoder().encode('MKV');
    for (const name of ['__proto__', 'constructor', 'sequence']) {
      const fields = await fieldsOf([[name, bytes]]);
      expect(Object.entries(fields)).toEqual([[name, 'MKV']]);
      const twice = [1, 2].map(() => [name, bytes] as const);
      await expect(fieldsOf(twice)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
  });
});

/** The parts of a form as they are sent, each with its headers. */
function formOf(
  parts: readonly { readonly field: string; readonly fileName?: string; readonly bytes: Uint8Array | string }[], // prettier-ignore
  maxBytes: number,
) {
  const lines = parts.flatMap(({ field, fileName, bytes }) => [
    Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="${field}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n\r\n`,
    ),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ]);
  const body = new Uint8Array(Buffer.concat([...lines, Buffer.from('--b--\r\n')]));
  return formFields(body, 'multipart/form-data; boundary=b', maxBytes);
}

describe('a field of a form', () => {
  it.each([
    ['text', undefined],
    ['a file', 'a.txt'],
  ])('that is %s may be as large as the limit', async (_, fileName) => {
    const of = (length: number) => formOf([{ field: 'x', bytes: 'A'.repeat(length), ...(fileName === undefined ? {} : { fileName }) }], 10); // prettier-ignore
    expect(await of(10)).toEqual({ x: 'A'.repeat(10) });
    await expect(of(11)).rejects.toMatchObject({
      ...{ code: 'BODY_TOO_LARGE', message: 'x is larger than 10 bytes' },
    });
  });

  it('is text, with the line ends of Unix, or a file as it is', async () => {
    const bytes = '>a\r\nMKV\r\n';
    expect(await formOf([{ field: 'a', bytes }, { field: 'b', fileName: 'b', bytes }], 100)).toEqual({ a: '>a\nMKV\n', b: bytes }); // prettier-ignore
  });

  it('is packed where both of its first bytes say so', async () => {
    for (const start of [[0x1f, 0x41], [0x41, 0x8b], [0x1f], []]) {
      const fields = await formOf([{ field: 'a', fileName: 'a', bytes: Uint8Array.from(start) }], 100); // prettier-ignore
      expect(fields['a']).toBe(new TextDecoder().decode(Uint8Array.from(start)));
    }
  });

  it('of templates is their text, or files under their names', async () => {
    expect(await formOf([{ field: 'templates', bytes: 'pdb' }], 100)).toEqual({ templates: 'pdb' });
    const file = { field: 'templates', fileName: 'one.pdb', bytes: 'ATOM' };
    expect(await formOf([file, { field: 'msa', bytes: 'none' }], 100)).toEqual({
      templates: [{ name: 'one.pdb', structure: 'ATOM' }],
      msa: 'none',
    });
  });
});

describe('the files of a form that fill it', () => {
  const file = (field: string, bytes: Uint8Array | string) => ({ field, fileName: `${field}.gz`, bytes }); // prettier-ignore

  it('leave room for nothing more, packed or not', async () => {
    const full = file('a', packed(100));
    expect(await formOf([full, file('b', '')], 101)).toMatchObject({ b: '' });
    for (const more of ['A', packed(1), packed(0)])
      await expect(formOf([full, file('b', more)], 100)).rejects.toMatchObject({
        ...{
          code: 'BODY_TOO_LARGE',
          message: expect.stringContaining('b makes the form larger') as string,
        },
      });
  });

  it('leave room for the last byte', async () => {
    for (const more of ['A', packed(1)])
      expect(await formOf([file('a', packed(99)), file('b', more)], 100)).toMatchObject({ b: 'A' });
    const plain = [file('a', 'A'.repeat(60)), file('b', 'B'.repeat(40))];
    expect(await formOf(plain, 100)).toMatchObject({ b: 'B'.repeat(40) });
    await expect(formOf(plain, 99)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});

it('a form that ends within a file is told so', async () => {
  const cut = '--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nMKV';
  const fields = formFields(new TextEncoder().encode(cut), 'multipart/form-data; boundary=b', 100);
  await expect(fields).rejects.toMatchObject({
    ...{ code: 'REQUEST_INVALID', message: 'wrong form: it is broken or cut short' },
  });
});
