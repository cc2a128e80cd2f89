import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const QUERY = '?packed';

/**
 * `import url from 'FILE?packed'` gives the address of the gzipped file, a quarter of its size on disk and on the way,
 * whatever the host. While developing it is the file itself: who loads it must tell by its first bytes.
 */
export function packedAssets(): Plugin {
  let isBuild = false;
  return {
    name: 'packed-assets',
    enforce: 'pre',
    configResolved({ command }) {
      isBuild = command === 'build';
    },
    async resolveId(source, importer) {
      if (!source.endsWith(QUERY)) return null;
      const file = await this.resolve(source.slice(0, -QUERY.length), importer, { skipSelf: true });
      return file && `${file.id}${QUERY}`;
    },
    load(id) {
      if (!id.endsWith(QUERY)) return null;
      const path = id.slice(0, -QUERY.length);
      if (!isBuild) return `export { default } from ${JSON.stringify(`${path}?url`)};`;
      const source = gzipSync(readFileSync(path), { level: 9 });
      const asset = this.emitFile({ type: 'asset', name: `${basename(path)}.gz`, source });
      return `export default import.meta.ROLLUP_FILE_URL_${asset};`;
    },
  };
}
