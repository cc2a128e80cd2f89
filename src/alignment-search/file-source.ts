import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FoldError } from '#errors';
import { gunzip, isGzip } from '#gzip/gunzip';
import type { Chain } from '#sequence/chain';
import type { AlignmentSource, FoundAlignment } from './found-alignment.js';

/** Endings of alignments in a folder, in the order in which they are looked for. */
const ENDINGS = ['.a3m', '.a3m.gz', '.sto', '.sto.gz', '.afa', '.afa.gz', '.fasta', '.fasta.gz'];
/** Endings of alignments of single chains, which are joined to one text. */
const CHAIN_ENDINGS = ['.a3m', '.a3m.gz'];
const MAX_BYTES = 1024 ** 3;

/**
 * Alignments that people have: one file for all predictions, or a folder with one for each, `NAME.a3m` and the like. A
 * complex may have one for each chain that differs, by the chain's name: `NAME_A.a3m`, `NAME_B.a3m`, ….
 *
 * @param path of the file or folder
 */
export function fileSource(path: string): AlignmentSource {
  return {
    async find(chains, record): Promise<FoundAlignment> {
      const status = await stat(path).catch((cause: unknown) => {
        throw unreadable(path, 'cannot be read', cause);
      });
      if (!status.isDirectory()) return { bytes: await readWhole(path), name: path };
      const whole = await firstOf(ENDINGS.map((ending) => join(path, record + ending)));
      if (whole) return whole;
      if (chains.length > 1) {
        const parts = await chainFiles(path, record, chains);
        if (parts) return parts;
      }
      throw unreadable(path, `has no alignment for ${record}`, undefined, expected(record, chains));
    },
  };
}

/** Alignments of all chains that differ, joined as MMseqs2 joins those of several queries. */
async function chainFiles(
  folder: string,
  record: string,
  chains: readonly Chain[],
): Promise<FoundAlignment | undefined> {
  const parts: Uint8Array[] = [];
  const names: string[] = [];
  for (const [place, { id, sequence }] of chains.entries()) {
    const file = `${record}_${id}`;
    const found = await firstOf(CHAIN_ENDINGS.map((ending) => join(folder, file + ending)));
    const isCopy = chains.findIndex((chain) => chain.sequence === sequence) < place;
    if (!found && isCopy) continue; // the first has one for it
    if (!found) return undefined;
    parts.push(unpacked(found), Buffer.from('\n\0'));
    names.push(found.name);
  }
  return { bytes: Buffer.concat(parts), name: names.join(', ') };
}

function unpacked({ bytes, name }: FoundAlignment): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzip(bytes, MAX_BYTES);
  } catch (cause) {
    throw unreadable(name, 'the gzip data are broken or cut short', cause);
  }
}

/** The first of some files that exists. */
async function firstOf(paths: readonly string[]): Promise<FoundAlignment | undefined> {
  for (const path of paths) {
    const status = await stat(path).catch(() => undefined);
    if (status?.isFile()) return { bytes: await readWhole(path), name: path };
  }
  return undefined;
}

async function readWhole(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw unreadable(path, 'is larger than 1 GiB');
  return readFile(path).catch((cause: unknown) => {
    throw unreadable(path, 'cannot be read', cause);
  });
}

const expected = (record: string, chains: readonly Chain[]): string =>
  `It may be called ${record}.a3m, .sto, .afa or .fasta, each also with .gz` +
  (chains.length > 1 ? `, or ${record}_${chains[0]!.id}.a3m and so on for each chain.` : '.');

const unreadable = (path: string, problem: string, cause?: unknown, hint?: string): FoldError =>
  new FoldError('FILE_READ', `${path}: ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    hint,
  });
