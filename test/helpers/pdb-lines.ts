/** @file Small PDB files for tests, written by hand but for their columns. */

/** One atom; what is not given has an unremarkable value. */
export interface PdbAtom {
  readonly record?: 'ATOM' | 'HETATM';
  /** Columns 7-11. */
  readonly serial?: string | number;
  readonly name?: string;
  readonly altLoc?: string;
  /** Columns 18-21. */
  readonly residue?: string;
  readonly chain?: string;
  /** Columns 23-26. */
  readonly number?: string | number;
  readonly insertionCode?: string;
  readonly x?: number;
  readonly y?: number;
  readonly occupancy?: number;
  /** Columns 73-76. */
  readonly segment?: string;
  readonly element?: string;
}

/** The line of an atom. */
export function atomLine(atom: PdbAtom): string {
  const { record = 'ATOM', serial = 1, name = 'CA', altLoc = ' ', residue = 'ALA' } = atom;
  const { chain = 'A', number = 1, insertionCode = ' ', x = 0, y = 0, occupancy = 1 } = atom;
  const { segment = '', element = name.charAt(0) } = atom;
  const nameColumns = name.length === 4 || element.length === 2 ? name : ` ${name}`;
  const residueColumns = residue.length === 4 ? residue : `${residue.padStart(3)} `;
  const coordinates = [x, y, 0].map((value) => value.toFixed(3).padStart(8)).join('');
  return [
    record.padEnd(6),
    String(serial).padStart(5),
    ' ',
    nameColumns.padEnd(4),
    altLoc,
    residueColumns,
    chain.padStart(1),
    String(number).padStart(4),
    insertionCode,
    '   ',
    coordinates,
    occupancy.toFixed(2).padStart(6),
    ' 10.00      ',
    segment.padEnd(4),
    element.padStart(2),
  ].join('');
}

/** Å between residues of {@link peptide}; the bond from C to the next N is 1.3 Å long. */
const STEP = 3.8;

/** How a peptide differs from residues 1, 2, … of chain A at the origin. */
interface PeptideOptions extends PdbAtom {
  readonly start?: number;
  /** Å by which it is moved along y, away from another. */
  readonly y?: number;
}

/** Lines of the backbone of bonded residues. */
export function peptide(
  residues: readonly string[],
  { start = 1, y = 0, ...all }: PeptideOptions = {},
): string[] {
  return residues.flatMap((residue, i) =>
    [
      { name: 'N', x: 0 },
      { name: 'CA', x: 1.4 },
      { name: 'C', x: 2.5 },
      { name: 'O', x: 2.8 },
    ].map(({ name, x }) =>
      atomLine({
        residue,
        number: start + i,
        ...all,
        name,
        x: STEP * i + x,
        y: y + (name === 'O' ? 1 : 0),
      }),
    ),
  );
}

/** Lines as a file. */
export function pdbFile(...lines: readonly (string | readonly string[])[]): string {
  return `${lines.flat().join('\n')}\nEND\n`;
}
