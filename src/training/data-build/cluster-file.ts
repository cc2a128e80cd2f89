import { readFile } from 'node:fs/promises';
import { FoldError, ParseError } from '#errors';

/**
 * Reads clusters as MMseqs2 writes them: a cluster's name and a member's, with a tab between, on each line.
 *
 * @param path of the file
 * @returns cluster of each member
 * @throws {@link FoldError} `FILE_READ`; {@link ParseError} `PARSE_DATASET` with the line
 */
export async function readClusterFile(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FoldError('FILE_READ', `cannot read clusters from ${path}`, { cause });
  });
  const clusters = new Map<string, string>();
  for (const [i, line] of text.trimEnd().split(/\r?\n/).entries()) {
    const [cluster, member, ...rest] = line.split('\t');
    if (!cluster || !member || rest.length > 0) {
      throw new ParseError('PARSE_DATASET', 'expected a cluster and a member with a tab between', {
        source: path,
        line: i + 1,
      });
    }
    clusters.set(member, cluster);
  }
  return clusters;
}
