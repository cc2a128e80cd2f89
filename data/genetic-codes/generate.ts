/** @file Writes src/sequence/genes/genetic-codes.generated.ts from NCBI's table beside this file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** Where the generated module belongs. */
export const OUTPUT = new URL('../../src/sequence/genes/genetic-codes.generated.ts', import.meta.url);

const BLOCK =
  /\{\s*name "([^"]+)" ,\s*(?:name "[^"]+" ,\s*)?id (\d+) ,\s*ncbieaa {2}"([A-Z*]{64})",\s*sncbieaa "([-M*]{64})"/g;

/** Text of the generated module, formatted as the repository wants it. */
export async function geneticCodesModule(): Promise<string> {
  const table = readFileSync(new URL('gc.prt', import.meta.url), 'utf8');
  const codes = Array.from(table.matchAll(BLOCK), ([, name, id, residues, sites]) => ({
    id: Number(id),
    name,
    residues,
    sites,
  }));
  const expected = table.match(/^ {2}id /gm)?.length;
  if (codes.length !== expected)
    throw new Error(`gc.prt: read ${codes.length} of ${expected ?? 0} codes`);
  const source = `// Generated from data/genetic-codes by generate.ts; do not edit.

/** One NCBI table; both strings in the order TTT, TTC, TTA, TTG, TCT … GGG. */
export interface GeneticCodeTable {
  readonly id: number;
  readonly name: string;
  /** Residue of each codon, * for stop. */
  readonly residues: string;
  /** M where the codon may start a protein, * where it may stop one. */
  readonly sites: string;
}

export const GENETIC_CODE_TABLES: readonly GeneticCodeTable[] = ${JSON.stringify(codes)};
`;
  const settings = await resolveConfig(OUTPUT);
  return format(source, { ...settings, parser: 'typescript' });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(OUTPUT, await geneticCodesModule());
