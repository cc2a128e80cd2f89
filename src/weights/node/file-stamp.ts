import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** A file, and by what a change of it is noticed. */
export interface FileStamp {
  readonly path: string;
  /** Absent where there is no file. */
  readonly stamp: string | undefined;
  /** Whether the stamp is that of the contents; else another one may belong to the same contents. */
  readonly isOfContents: boolean;
}

/** Files up to this size are hashed: that takes a millisecond. */
const HASHED_BYTES = 1_000_000;

/**
 * The stamp of what a path names now: of a small file the SHA-256 of its contents, of a large one its size, the time of
 * its last change and its number in the file system.
 */
export function stampOf(path: string): FileStamp {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!status) return { path, stamp: undefined, isOfContents: false };
  if (status.size > HASHED_BYTES)
    return { path, stamp: `${status.size} ${status.mtimeNs} ${status.ino}`, isOfContents: false };
  const stamp = createHash('sha256').update(readFileSync(path)).digest('hex');
  return { path, stamp, isOfContents: true };
}

/**
 * Those of some files that are not as they were. A file that is gone does not count: what was opened stays readable, and
 * whoever opens it again is told.
 */
export function changedFiles(files: readonly FileStamp[]): readonly FileStamp[] {
  return files.filter(({ path, stamp }) => {
    const now = stampOf(path).stamp;
    return now !== undefined && now !== stamp;
  });
}
