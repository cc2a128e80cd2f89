/** @file Writes src/structure/{residues/residue-geometry,quality/ramachandran}.generated.ts from the tables beside this file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

type Row = Readonly<Record<string, string>>;

const STRUCTURE = new URL('../../src/structure/', import.meta.url);

const formatted = async (source: string): Promise<string> =>
  format(source, { ...(await resolveConfig(new URL('any.ts', STRUCTURE))), parser: 'typescript' });

function readTable(file: string): Row[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = lines[0]!.split('\t');
  return lines.slice(1).map((line, index) => {
    const values = line.split('\t');
    if (values.length !== columns.length) throw new Error(`${file}:${index + 2}: wrong columns`);
    return Object.fromEntries(columns.map((column, i) => [column, values[i]!]));
  });
}

const numbers = (row: Row, ...columns: string[]): number[] => columns.map((c) => Number(row[c]));
const texts = (row: Row, ...columns: string[]): string[] => columns.map((c) => row[c]!);

async function residueGeometryModule(): Promise<string> {
  const [atoms, chis, symmetric, bonds, angles] = [
    'rigid-group-atoms.tsv',
    'chi-angles.tsv',
    'symmetric-atoms.tsv',
    'bonds.tsv',
    'angles.tsv',
  ].map(readTable) as [Row[], Row[], Row[], Row[], Row[]];
  const residues = [...new Set(atoms.map((row) => row['residue']!))].map((name) => {
    const of = (rows: Row[]): Row[] => rows.filter((row) => row['residue'] === name);
    return {
      name,
      atoms: of(atoms).map((r) => [r['atom']!, ...numbers(r, 'group', 'x', 'y', 'z')]),
      chis: of(chis).map((r) => texts(r, 'atom1', 'atom2', 'atom3', 'atom4')),
      chiPiPeriodic: of(chis).map((r) => r['pi_periodic'] === '1'),
      symmetric: of(symmetric).map((r) => texts(r, 'atom1', 'atom2')),
      bonds: of(bonds).map((r) => [
        ...texts(r, 'atom1', 'atom2'),
        ...numbers(r, 'length', 'deviation'),
      ]),
      angles: of(angles).map((r) => [
        ...texts(r, 'atom1', 'atom2', 'atom3'),
        ...numbers(r, 'degrees', 'deviation'),
      ]),
    };
  });
  const peptide = Object.fromEntries(
    readTable('peptide-bond.tsv').map((r) => [r['quantity']!, numbers(r, 'mean', 'deviation')]),
  );
  const source = `// Generated from data/residue-geometry by generate.ts; do not edit.

/** One residue type: atoms in atom14 order as name, rigid group, x, y, z in the group's frame. */
export interface ResidueGeometry {
  readonly name: string;
  readonly atoms: readonly (readonly [string, number, number, number, number])[];
  readonly chis: readonly (readonly [string, string, string, string])[];
  readonly chiPiPeriodic: readonly boolean[];
  /** Atoms that are scored under whichever of both names suits better. */
  readonly symmetric: readonly (readonly [string, string])[];
  /** Two atoms, mean length and standard deviation in Å. */
  readonly bonds: readonly (readonly [string, string, number, number])[];
  /** Three atoms, mean angle and standard deviation in degrees. */
  readonly angles: readonly (readonly [string, string, string, number, number])[];
}

export const RESIDUE_GEOMETRY: readonly ResidueGeometry[] = ${JSON.stringify(residues)};

/** Mean and standard deviation; lengths in Å. */
export const PEPTIDE_BOND = ${JSON.stringify(peptide)} as const;
`;
  return formatted(source);
}

async function ramachandranModule(): Promise<string> {
  const text = readFileSync(new URL('ramachandran.txt', import.meta.url), 'utf8');
  const maps = text
    .split(/^> /m)
    .slice(1)
    .map((block) => block.trimEnd().split('\n'));
  const entries = maps.map(([head, ...rows]) => [head!.split(' ')[0]!, rows] as const);
  const names = entries.map(([name]) => `'${name}'`).join(' | ');
  return formatted(`// Generated from data/residue-geometry by generate.ts; do not edit.

/** Side of a cell in degrees. */
export const CELL_DEGREES = ${360 / entries[0]![1].length};

/** Rows of psi from -180 up, letters of phi from -180 up: # favoured, + allowed, . outlier. */
export const RAMACHANDRAN_MAPS: Readonly<Record<${names}, readonly string[]>> = ${JSON.stringify(Object.fromEntries(entries))};
`);
}

/**
 * The generated modules of src/structure.
 *
 * @returns file names and their text, formatted as the repository wants it
 */
export async function generatedModules(): Promise<Readonly<Record<string, string>>> {
  return {
    'residues/residue-geometry.generated.ts': await residueGeometryModule(),
    'quality/ramachandran.generated.ts': await ramachandranModule(),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const [name, text] of Object.entries(await generatedModules()))
    writeFileSync(new URL(name, STRUCTURE), text);
