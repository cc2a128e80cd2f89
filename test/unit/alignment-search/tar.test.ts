import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar } from '#alignment-search/server/tar';
import { tarGz } from '../../helpers/msa-server.js';

const archive = new Uint8Array(
  gunzipSync(tarGz({ 'out/uniref.a3m': '>q\nMK\n', empty: '', 'b.m8': 'x'.repeat(513) })),
);

describe('a tar archive', () => {
  it('gives its files by name, without folders', () => {
    const files = [...readTar(archive)].map(([name, bytes]) => [
      name,
      new TextDecoder().decode(bytes),
    ]);
    expect(files).toEqual([
      ['uniref.a3m', '>q\nMK\n'],
      ['empty', ''],
      ['b.m8', 'x'.repeat(513)],
    ]);
  });

  it('is refused where it is cut, wherever that is', () => {
    for (let length = 0; length < archive.length - 1024; length += 100)
      expect(() => readTar(archive.subarray(0, length))).toThrow(/archive/);
  });

  it('gives files or an error, whatever the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc
        .array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 4 })
        .map((changes) => {
          const changed = archive.slice();
          for (const [at, byte] of changes) changed[at] = byte;
          return changed;
        }),
    );
    fc.assert(
      fc.property(bytes, (changed) => {
        let files: Map<string, Uint8Array>;
        try {
          files = readTar(changed);
        } catch (error) {
          expect((error as Error).message).toMatch(/archive/);
          return;
        }
        for (const content of files.values()) expect(content.length).toBeLessThan(changed.length);
      }),
    );
  });
});
