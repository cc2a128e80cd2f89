/** @file Writes src/bio-pdb/molecules/component-names.generated.ts from the tables beside this file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Where the generated module belongs. */
export const OUTPUT = new URL(
  '../../src/bio-pdb/molecules/component-names.generated.ts',
  import.meta.url,
);

function readTable(file: string): string[][] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map((line) => line.split('\t'));
}

/** Rows of `key: 'names',`, names in order. */
function listing(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([key, names]) => `  ${key}:\n    '${names}',`).join('\n');
}

/** Text of the generated module. */
export function componentNamesModule(): string {
  const modified = readTable('modified-residues.tsv');
  const ofKind = (wanted: string) =>
    listing(
      modified.flatMap(([kind, letter, names]) =>
        kind === wanted ? [[letter!, names!] as const] : [],
      ),
    );
  const otherNames = readTable('force-field-names.tsv').map(
    ([standard, names]) => [standard!, names!] as const,
  );
  const atoms = readTable('atom-names.tsv').map(
    ([residue, name, standard]) => `  '${residue} ${name}': '${standard}',`,
  );
  return `// Generated from data/components by generate.ts; do not edit.

/** By one-letter code: names of modified amino acids that derive from it, separated by blanks. */
export const MODIFIED_AMINO_ACIDS: Readonly<Record<string, string>> = {
${ofKind('amino-acid')}
};

/** By one-letter code: names of modified nucleotides that derive from it, separated by blanks. */
export const MODIFIED_NUCLEOTIDES: Readonly<Record<string, string>> = {
${ofKind('nucleotide')}
};

/** By name in the Chemical Component Dictionary: what other programs call the same, separated by blanks. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
${listing(otherNames)}
};

/** By residue (\`*\` for all) and atom name: the name of the atom that stands in its place in the standard residue. */
export const ATOM_NAMES: Readonly<Record<string, string>> = {
${atoms.join('\n')}
};
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(OUTPUT, componentNamesModule());
