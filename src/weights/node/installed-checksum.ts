/** @file What a file of a model was when it was installed: `FILE.sha256` beside it, as `sha256sum --check` reads it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { FoldError } from '#errors';
import { writeWhole } from '#machine/write-whole';

/** Path of what is kept about a file. */
export function checksumPath(path: string): string {
  return `${path}.sha256`;
}

/**
 * Keeps the SHA-256 of a file that was installed.
 *
 * @throws FoldError `FILE_WRITE`
 */
export async function keepChecksum(path: string, sha256: string): Promise<void> {
  await writeWhole(checksumPath(path), `${sha256}  ${basename(path)}\n`);
}

/**
 * Stops where a file is not what was installed. A file of which nothing was kept may be anything: somebody put it there.
 *
 * @param path of a small file, which is read whole
 * @param modelName for the hint
 * @throws FoldError `WEIGHTS_MISMATCH`, `FILE_READ`
 */
export function requireAsInstalled(path: string, modelName: string): void {
  const kept = keptChecksum(path);
  if (kept === undefined) return;
  const found = createHash('sha256').update(read(path)).digest('hex');
  if (found === kept) return;
  throw new FoldError(
    'WEIGHTS_MISMATCH',
    `${path} has changed since it was installed: its SHA-256 was ${kept} and is ${found}`,
    {
      hint: `Delete it and run "codonfold models pull ${modelName}". If you changed it on purpose, open the model by its folder: --model ${dirname(path)}`,
    },
  );
}

function keptChecksum(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(checksumPath(path), 'utf8');
  } catch {
    return undefined;
  }
  return /^[0-9a-f]{64}(?= )/.exec(text)?.[0];
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new FoldError('FILE_READ', `${path}: cannot be read`, { cause });
  }
}
