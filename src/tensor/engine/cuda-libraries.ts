import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const PACKAGE = 'onnxruntime-node';
/** onnxruntime's CUDA provider; what installs it is too large for the npm registry. */
const PROVIDER_FILE: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libonnxruntime_providers_cuda.so',
  win32: 'onnxruntime_providers_cuda.dll',
};

/**
 * The `onnxruntime-node` package that can open CUDA: one whose own install script has fetched its libraries.
 *
 * @returns what to `require`; nothing where there is none
 */
export function cudaPackage(): string | undefined {
  const file = PROVIDER_FILE[process.platform];
  if (file === undefined) return undefined;
  try {
    const folder = dirname(require.resolve(`${PACKAGE}/package.json`));
    const library = join(folder, 'bin', 'napi-v6', process.platform, process.arch, file);
    return existsSync(library) ? PACKAGE : undefined;
  } catch {
    return undefined; // the package is not installed
  }
}
