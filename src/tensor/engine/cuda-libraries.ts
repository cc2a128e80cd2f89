import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const PACKAGE = 'onnxruntime-node';
/** onnxruntime's CUDA provider, too large for the npm registry: its own script fetches it, on Linux x64 alone. */
const PROVIDER_FILE = 'libonnxruntime_providers_cuda.so';

/**
 * The `onnxruntime-node` package that can open CUDA: one whose own install script has fetched its libraries.
 *
 * @returns what to `require`; nothing where there is none
 */
export function cudaPackage(): string | undefined {
  try {
    const folder = dirname(require.resolve(`${PACKAGE}/package.json`));
    const library = join(folder, 'bin', 'napi-v6', process.platform, process.arch, PROVIDER_FILE);
    return existsSync(library) ? PACKAGE : undefined;
  } catch {
    return undefined; // the package is not installed
  }
}
