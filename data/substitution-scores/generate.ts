/** @file Writes src/sequence/blosum62.generated.ts from NCBI's table beside this file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';

/** Where the generated module belongs. */
export const OUTPUT = new URL('../../src/sequence/blosum62.generated.ts', import.meta.url);

/** Text of the generated module. */
export function blosum62Module(): string {
  const table = readFileSync(new URL('blosum62.txt', import.meta.url), 'utf8');
  const [header, ...rows] = table
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/));
  const letters = Array.from(RESIDUE_LETTERS);
  const scores = letters.map((letter) => {
    const row = rows.find(([name]) => name === letter)!;
    return letters.map((other) => Number(row[1 + header!.indexOf(other)]));
  });
  return `// Generated from data/substitution-scores by generate.ts; do not edit.

/** \`[21, 21]\` half bits: how much likelier two residue types are aligned than met by chance; X included. */
export const BLOSUM62: readonly (readonly number[])[] = [
${scores.map((row) => `  [${row.join(', ')}],`).join('\n')}
];
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(OUTPUT, blosum62Module());
