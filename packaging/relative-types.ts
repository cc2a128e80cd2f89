/**
 * @file Makes the built type declarations independent of our `package.json`: `#folder/file` becomes a relative path. So
 * they lie in a folder of their own, which our own compiler, that knows `#` as `src`, never takes for what it looks for.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const TYPES = 'dist/types';
const IMPORT = /(?<=\b(?:from|import\() ?['"])#([^'"]+)(?=['"])/g;

for (const entry of readdirSync(TYPES, { recursive: true, encoding: 'utf8' })) {
  if (!entry.endsWith('.d.ts')) continue;
  const path = join(TYPES, entry);
  const text = readFileSync(path, 'utf8');
  const relativeText = text.replace(IMPORT, (_, name: string) => {
    const target = relative(dirname(entry), `${name}.js`).split(sep).join('/');
    return target.startsWith('.') ? target : `./${target}`;
  });
  if (relativeText !== text) writeFileSync(path, relativeText);
}
