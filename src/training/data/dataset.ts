import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FoldError, ParseError } from '#errors';
import { aatypeOf } from '#sequence/amino-acids';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';

/** How much of a chain was measured; the rest was rebuilt from geometry. */
export type ChainKind = 'all-atom' | 'backbone' | 'backbone-no-o' | 'ca-only';

/** Which part of the data a chain belongs to; `val_homolog` resembles a chain of `val`. */
export type Split = 'train' | 'val' | 'val_homolog';

/** One row of `index.tsv`. */
export interface ChainRecord {
  readonly id: string;
  readonly pdb: string;
  readonly chain: string;
  /** First residue in `atom14.i16`. */
  readonly offset: number;
  readonly length: number;
  readonly split: Split;
  readonly cluster: string;
  readonly kind: ChainKind;
  readonly sequence: string;
  /** `[N]` residue numbers, as run lengths. */
  readonly numbering: string;
}

/** Chains with their coordinates, in the project's own format (see `data/README.md`). */
export interface Dataset {
  readonly chains: readonly ChainRecord[];
  /** `[residues, 14, 3]` in 0.01 Å; {@link ABSENT} where an atom was not seen. */
  readonly coordinates: Int16Array;
}

/** Coordinate of an atom that was not seen. */
export const ABSENT = -32768;
/** Whole numbers that 1 Å is stored as. */
export const UNITS_PER_ANGSTROM = 100;
/** Columns of `index.tsv`, in the order in which they are written. */
export const INDEX_COLUMNS = ['id', 'pdb', 'chain', 'offset', 'length', 'split', 'cluster30', 'kind', 'resolution', 'method', 'breaks', 'numbering', 'sequence'] as const; // prettier-ignore
/** Columns for people, which reading does not need. */
const OPTIONAL_COLUMNS: readonly string[] = ['resolution', 'method', 'breaks'];

/**
 * Reads a data set.
 *
 * @param directory with `index.tsv` and `atom14.i16`
 * @throws {@link ParseError} `PARSE_DATASET`; {@link FoldError} `FILE_READ`
 */
export async function openDataset(directory: string): Promise<Dataset> {
  const read = (name: string) =>
    readFile(join(directory, name)).catch((cause: unknown) => {
      throw new FoldError('FILE_READ', `cannot read ${name} of the data set in ${directory}`, {
        cause,
        hint: 'a data set has index.tsv and atom14.i16; `codonfold data build` makes one',
      });
    });
  const chains = parseIndex((await read('index.tsv')).toString('utf8'));
  const bytes = await read('atom14.i16');
  const coordinates = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
  for (const { id, offset, length } of chains) {
    if ((offset + length) * 42 > coordinates.length) {
      throw new FoldError('PARSE_DATASET', `atom14.i16 ends before chain ${id} does`);
    }
  }
  return { chains, coordinates };
}

/**
 * Reads the rows of an index.
 *
 * @throws {@link ParseError} `PARSE_DATASET` with the line
 */
export function parseIndex(text: string, source = 'index.tsv'): ChainRecord[] {
  const [header, ...rows] = text.trimEnd().split(/\r?\n/);
  const names = header!.split('\t');
  for (const name of INDEX_COLUMNS) {
    if (!OPTIONAL_COLUMNS.includes(name) && !names.includes(name)) {
      throw new ParseError('PARSE_DATASET', `column "${name}" is missing`, { source, line: 1 });
    }
  }
  return rows.map((row, i) => {
    const cells = row.split('\t');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const [offset, length] = [Number(cell('offset')), Number(cell('length'))];
    const sequence = cell('sequence');
    if (!Number.isInteger(offset) || sequence.length !== length) {
      throw new ParseError(
        'PARSE_DATASET',
        `chain ${cell('id')}: ${sequence.length} residues where the index says ${cell('length')} at offset ${cell('offset')}`,
        { source, line: i + 2 },
      );
    }
    return {
      id: cell('id'),
      pdb: cell('pdb'),
      chain: cell('chain'),
      offset,
      length,
      split: cell('split') as Split,
      cluster: cell('cluster30'),
      kind: cell('kind') as ChainKind,
      sequence,
      numbering: cell('numbering'),
    };
  });
}

/** `start:count,…` as one number a residue. */
export function expandNumbering(numbering: string): Int32Array {
  return Int32Array.from(
    numbering.split(',').flatMap((run) => {
      const [start, count] = run.split(':').map(Number) as [number, number];
      return Array.from({ length: count }, (_, i) => start + i);
    }),
  );
}

/** A chain's atoms in Å, absent ones masked. */
export function chainAtoms({ coordinates }: Dataset, chain: ChainRecord): ResidueAtoms {
  const numbers = coordinates.subarray(chain.offset * 42, (chain.offset + chain.length) * 42);
  const atom14 = new Float32Array(numbers.length);
  const atom14Mask = new Uint8Array(numbers.length / 3);
  for (let atom = 0; atom < atom14Mask.length; atom++) {
    if (numbers[3 * atom] === ABSENT) continue;
    atom14Mask[atom] = 1;
    for (let k = 0; k < 3; k++) atom14[3 * atom + k] = numbers[3 * atom + k]! / UNITS_PER_ANGSTROM;
  }
  return {
    aatype: aatypeOf(chain.sequence),
    atom14,
    atom14Mask,
    chainIndex: new Int32Array(chain.length),
    residueIndex: expandNumbering(chain.numbering),
  };
}
