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
