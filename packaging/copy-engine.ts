/**
 * @file Copies the part of onnxruntime-node that is used into `dist`, so that our package carries its engine itself.
 *
 * As a dependency onnxruntime-node would run its install script, which fetches CUDA libraries from a host other than
 * the npm registry and fails where that is not reached. What is left out: that script, and the libraries of other
 * devices than the CPU.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const SOURCE = 'node_modules/onnxruntime-node';
const COPY = 'dist/onnxruntime';
const BINARIES = join('bin', 'napi-v6');
/** The binding and the library that it is linked with; macOS has a second copy of that under a longer name. */
const NEEDED =
  /^(onnxruntime_binding\.node|libonnxruntime\.so\.1|libonnxruntime\.1\.dylib|onnxruntime\.dll)$/;
/** What says whose work this is, and keeps the copy from being read as ES modules as the rest of `dist` is. */
const MANIFEST_FIELDS = [
  'name',
  'version',
  'description',
  'author',
  'license',
  'repository',
  'main',
  'types',
];

function readManifest(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
}

function isCurrent(version: unknown): boolean {
  return existsSync(join(COPY, 'package.json')) && readManifest(COPY)['version'] === version;
}

function copyBinaries(): void {
  for (const entry of readdirSync(join(SOURCE, BINARIES), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!NEEDED.test(entry.name)) continue;
    const from = join(entry.parentPath, entry.name);
    cpSync(from, from.replace(SOURCE, COPY));
  }
}

const manifest = readManifest(SOURCE);
if (!isCurrent(manifest['version'])) {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(COPY, { recursive: true });
  cpSync(join(SOURCE, 'dist'), join(COPY, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map'),
  });
  copyBinaries();
  cpSync('packaging/onnxruntime-licence.txt', join(COPY, 'LICENSE'));
  // Written last: a copy that was interrupted is not current.
  const kept = Object.fromEntries(MANIFEST_FIELDS.map((field) => [field, manifest[field]]));
  writeFileSync(join(COPY, 'package.json'), `${JSON.stringify(kept, undefined, 2)}\n`);
}
