import { statfs } from 'node:fs/promises';

/**
 * How many bytes this user can still write in a folder; undefined where the file system does not say.
 *
 * @param folder that exists
 */
export async function freeSpace(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    return blocks === 0 ? undefined : bavail * bsize; // some network file systems report nothing
  } catch {
    return undefined;
  }
}
