/** @file Structures for the tests of this folder; see test/fixtures/structure/README.md. */
import { readFileSync } from 'node:fs';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { residuesFromStructure, type FileResidues } from '#structure/from-bio-pdb';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import type { TemplateChain } from '#structure/templates/template-chain';

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

/** A residue of a structure that a test makes up; what is not given is alanine, chain 0, numbered in order. */
export interface MadeUp {
  readonly aatype?: number;
  readonly chain?: number;
  readonly number?: number;
  /** Å by atom14 slot; all others are unknown, and given one place, where they would clash. */
  readonly atoms: Readonly<Record<number, readonly [number, number, number]>>;
}

export function madeUp(residues: readonly MadeUp[]): ResidueAtoms {
  const atom14 = new Float32Array(42 * residues.length).fill(7);
  const atom14Mask = new Uint8Array(14 * residues.length);
  for (const [i, { atoms }] of residues.entries())
    for (const [slot, place] of Object.entries(atoms)) {
      atom14.set(place, 42 * i + 3 * Number(slot));
      atom14Mask[14 * i + Number(slot)] = 1;
    }
  return {
    aatype: Uint8Array.from(residues, ({ aatype = 0 }) => aatype),
    atom14,
    atom14Mask,
    chainIndex: Int32Array.from(residues, ({ chain = 0 }) => chain),
    residueIndex: Int32Array.from(residues, ({ number }, i) => number ?? i + 1),
  };
}

/** A template of such residues. */
export function templateOf(residues: readonly MadeUp[]): TemplateChain {
  const { atom14, atom14Mask, aatype } = madeUp(residues);
  return {
    source: 'made up',
    chainId: 'A',
    aatype: Uint8Array.from(aatype),
    numbers: residues.map((_, i) => String(i + 1)),
    atom14: Float32Array.from(atom14),
    atom14Mask: Uint8Array.from(atom14Mask),
  };
}
