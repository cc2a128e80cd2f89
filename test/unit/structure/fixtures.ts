/** @file Structures for the tests of this folder; see test/fixtures/structure/README.md. */
import { readFileSync } from 'node:fs';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { residuesFromStructure, type FileResidues } from '#structure/from-bio-pdb';

const FOLDER = new URL('../../fixtures/structure/', import.meta.url);

/** What DSSP and TMscore say about a chain. */
export interface Oracle {
  readonly dssp: string;
  readonly tmScore: number;
  readonly gdtTs: number;
  readonly rmsd: number;
}

export const ORACLES = JSON.parse(
  readFileSync(new URL('oracles.json', FOLDER), 'utf8'),
) as Readonly<Record<string, Oracle>>;

export const readFixture = (name: string): FileResidues =>
  residuesFromStructure(parsePdb(readFileSync(new URL(`${name}.pdb`, FOLDER), 'utf8'), name));

/** `[N, 3]` */
export function caOf(residues: { atom14: ArrayLike<number> }): Float64Array {
  return Float64Array.from({ length: residues.atom14.length / 14 }, (_, i) => {
    const residue = Math.floor(i / 3);
    return residues.atom14[42 * residue + 3 + (i % 3)]!;
  });
}
