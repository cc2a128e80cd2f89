import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openNaturalSequences, sampleNatural } from '#training/data/natural-sequences';
import { Random } from '#training/data/random';
import { temporaryFolder } from './tiny.js';

async function open(content: string | Uint8Array) {
  const path = join(await temporaryFolder(), 'sequences.fasta.gz');
  await writeFile(path, content);
  return openNaturalSequences(path);
}

describe('natural sequences', () => {
  it('are grouped by a shared stretch, so that a large family is drawn no more often than a small one', async () => {
    const family = Array.from({ length: 50 }, () => '>copy\nMKTVRQGERLKSI').join('\n');
    const natural = await open(gzipSync(`${family}\n>alone\nWWCCHHYYPPDDGG\n`));
    expect(natural.groups.map(({ length }) => length)).toEqual([50, 1]);
    const random = new Random(1);
    const drawn = Array.from({ length: 2000 }, () => sampleNatural(natural, 5, random));
    expect(drawn.every(({ length }) => length === 5)).toBe(true);
    const ofFamily = drawn.filter((aatype) => !aatype.some((type) => [17, 4, 8].includes(type)));
    expect(ofFamily.length).toBeGreaterThan(900);
    expect(ofFamily.length).toBeLessThan(1400);
  });

  it('are read whole where they go over several lines', async () => {
    const { groups } = await open(gzipSync('>wrapped\r\nMKTVRQ\r\nGERLKSI\r\n>next\r\nWWCC\r\n'));
    expect(groups.flat()).toEqual(['MKTVRQGERLKSI', 'WWCC']);
  });

  it('refuse what is not gzip, and a file without sequences', async () => {
    await expect(open('>a\nMKT\n')).rejects.toMatchObject({ code: 'PARSE_FASTA' });
    await expect(open(gzipSync('>only a name\n'))).rejects.toMatchObject({
      code: 'SEQUENCE_EMPTY',
    });
    await expect(openNaturalSequences('/nowhere')).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});
