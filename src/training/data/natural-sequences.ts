import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { FoldError } from '#errors';
import { aatypeOf } from '#sequence/amino-acids';
import { parseFasta } from '#sequence/formats/fasta';
import type { Random } from './random.js';

const WORD_LENGTH = 6;

/** Natural sequences, grouped so that large families do not drown the rest. */
export interface NaturalSequences {
  readonly groups: readonly (readonly string[])[];
}

/**
 * Reads a gzipped FASTA file of sequences for masked-residue training.
 *
 * @throws {@link FoldError} `FILE_READ`, `PARSE_FASTA`, `SEQUENCE_EMPTY`
 */
export async function openNaturalSequences(path: string): Promise<NaturalSequences> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FoldError('FILE_READ', `cannot read sequences from ${path}`, { cause });
  });
  const records = parseFasta(unzip(bytes, path).toString('latin1'), path);
  const groups = new Map<number, string[]>();
  for (const { sequence } of records) {
    if (sequence === '') continue;
    const key = leastWordHash(sequence);
    const group = groups.get(key);
    if (group) group.push(sequence);
    else groups.set(key, [sequence]);
  }
  if (groups.size === 0) throw new FoldError('SEQUENCE_EMPTY', `${path} holds no sequences`);
  return { groups: [...groups.values()] };
}

function unzip(bytes: Uint8Array, path: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new FoldError('PARSE_FASTA', `${path} is not a whole gzip file`, {
      cause,
      hint: 'compress the FASTA file with gzip',
    });
  }
}

/** The least hash over all words: relatives that share a conserved stretch often share it. */
function leastWordHash(sequence: string): number {
  let least = 2 ** 32;
  for (let start = 0; start + WORD_LENGTH <= sequence.length; start++) {
    let hash = 2166136261;
    for (let i = start; i < start + WORD_LENGTH; i++) {
      hash = Math.imul(hash ^ sequence.charCodeAt(i), 16777619);
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
    if (hash < least) least = hash;
  }
  return least;
}

/** Residue types of a random window of a random family's sequence, at most `length` long. */
export function sampleNatural(
  { groups }: NaturalSequences,
  length: number,
  random: Random,
): Uint8Array {
  const sequence = random.pick(random.pick(groups));
  const start = random.below(Math.max(1, sequence.length - length + 1));
  return aatypeOf(sequence.slice(start, start + length));
}
