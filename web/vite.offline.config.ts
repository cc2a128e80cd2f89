import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { compressedCopies } from './compressed-copies.js';

/** Puts script and styles into `offline.html`, and allows exactly them: the saved page cannot reach any network. */
function intoOnePage(): Plugin {
  return {
    name: 'into-one-page',
    enforce: 'post', // after the styles were put together
    generateBundle(_options, bundle) {
      let [script, styles] = ['', ''];
      for (const [name, item] of Object.entries(bundle)) {
        if (item.type === 'chunk') script = item.code.replaceAll('</script', '<\\/script');
        else styles = String(item.source);
        Reflect.deleteProperty(bundle, name);
      }
      if (script === '' || styles === '') this.error('the page has no script or no styles');
      const hash = (text: string): string =>
        `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
      const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(styles)}; img-src blob: data:`;
      const source = readFileSync(join(import.meta.dirname, 'offline.html'), 'utf8')
        .replace(
          '<!-- styles -->',
          () =>
            `<meta http-equiv="content-security-policy" content="${policy}" /><style>${styles}</style>`,
        )
        .replace('<!-- script -->', () => `<script>${script}</script>`);
      this.emitFile({ type: 'asset', fileName: 'offline.html', source });
    },
  };
}

/** The template of saved results, beside the page itself. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [intoOnePage(), compressedCopies()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'src/offline.ts', formats: ['iife'], name: 'codonfold', cssFileName: 'offline' },
  },
});
