/** @file `--templates`: known structures of relatives, which some models fold after. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { TemplateSummary, TemplateUse } from '#architectures/family';
import { templateName } from '#architectures/requested-templates';
import { FoldError } from '#errors';
import { readTemplates } from '#structure/templates/read-templates';
import { percent } from '#structure/compare-structures';
import type { TemplateChain } from '#structure/templates/template-chain';
import { isLibrary } from '#template-search/template-library';
import { readStructureFile } from './read-inputs.js';
import { warn } from './report.js';
import {
  allTemplates,
  checkedFilter,
  givenTemplates,
  libraryTemplates,
  pdbTemplates,
  type FilterFlags,
  type TemplateFinder,
} from './template-finder.js';

/** Files of a folder that are read. */
const STRUCTURE_FILE = /\.(pdb|ent|cif|mmcif)(\.gz)?$/i;
/** Stands for the PDB, which RCSB searches. */
export const PDB = 'pdb';
/** Letters of an alignment in a line. */
const LINE = 60;

/** What a user says about templates. */
export interface TemplateFlags extends FilterFlags {
  readonly templates?: readonly string[];
}

/** Adds `--templates`. */
export function addTemplateOption(command: Command): Command {
  return command
    .option(
      '--templates <where...>',
      'structures of relatives to use as templates: files (FILE:A for one chain), folders, libraries to search, and "pdb", which sends the sequence to RCSB; write INPUT before this option',
    )
    .option(
      '--template-max-date <date>',
      'leave out structures of a library or the PDB that were released after this day, such as 2021-09-30',
    )
    .option(
      '--template-max-identity <share>',
      'leave out templates whose sequence identity is higher than this, 0 to 1',
      readShare,
    )
    .option('--template-exclude <id...>', 'leave out these structures or chains: 1ABC, or 1ABC:A');
}

function readShare(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/**
 * Where the templates of a run come from; undefined where none are asked for.
 *
 * @throws FoldError `FILE_READ`, `STRUCTURE_MISMATCH`, `TEMPLATE_DAMAGED`, `USAGE`; ParseError for a file that is no
 *   structure
 */
export async function templateFinder(flags: TemplateFlags): Promise<TemplateFinder | undefined> {
  const filter = checkedFilter(flags);
  const { local, searchesPdb } = await splitPlaces(flags.templates ?? []);
  const areLibraries = await Promise.all(local.map(isLibrary));
  const libraries = local.filter((_, index) => areLibraries[index]);
  if (libraries.length === 0 && !searchesPdb && Object.keys(filter).length > 0)
    throw new FoldError(
      'USAGE',
      '--template-max-date and the options like it choose from a library or the PDB',
      {
        hint: 'name one with --templates, see "codonfold library build --help"',
      },
    );
  if (local.length === 0 && !searchesPdb) return undefined;
  const files = local.filter((_, index) => !areLibraries[index]);
  const given = files.length > 0 ? [givenTemplates(await readTemplateFiles(files))] : [];
  const searched = await Promise.all(libraries.map((path) => libraryTemplates(path, filter)));
  return allTemplates([...given, ...searched, ...(searchesPdb ? [pdbTemplates(filter)] : [])]);
}

/**
 * Tells places on this machine from the PDB. Whoever means a folder called `pdb` does not send anything.
 *
 * @throws FoldError `USAGE`
 */
async function splitPlaces(
  places: readonly string[],
): Promise<{ readonly local: readonly string[]; readonly searchesPdb: boolean }> {
  const searchesPdb = places.includes(PDB);
  if (searchesPdb && (await stat(PDB).catch(() => undefined)))
    throw new FoldError('USAGE', '--templates pdb: there is a file or folder of this name here', {
      hint: 'write ./pdb for that; to send the sequence to RCSB, run it in another folder',
    });
  return { local: places.filter((place) => place !== PDB), searchesPdb };
}

/**
 * The chains of all templates; says which files have none.
 *
 * @throws FoldError `FILE_READ`, `STRUCTURE_MISMATCH`; ParseError for a file that is not a structure
 */
async function readTemplateFiles(places: readonly string[]): Promise<TemplateChain[]> {
  const chains: TemplateChain[] = [];
  for (const { path, chainId } of (await Promise.all(places.map(filesAt))).flat()) {
    const found = readTemplates(await readStructureFile(path), basename(path), chainId);
    if (found.length === 0) warn(`${path} has no protein chain: it is not used`);
    chains.push(...found);
  }
  return chains;
}

interface TemplateFile {
  readonly path: string;
  readonly chainId?: string;
}

async function filesAt(place: string): Promise<TemplateFile[]> {
  const found = await stat(place).catch(() => undefined);
  if (!found) {
    const [, path, chainId] = /^(.+):([^:]+)$/.exec(place) ?? [];
    return [path === undefined ? { path: place } : { path, chainId: chainId! }];
  }
  if (!found.isDirectory()) return [{ path: place }];
  const names = (await readdir(place)).filter((name) => STRUCTURE_FILE.test(name)).sort();
  if (names.length === 0)
    throw new FoldError('FILE_READ', `${place} has no structure files`, {
      hint: 'their names end in .pdb, .ent or .cif, or in one of these and .gz',
    });
  return names.map((name) => ({ path: join(place, name) }));
}

/** What was used, and the alignments, for a terminal. */
export function templateLines({ chains }: TemplateSummary): string[] {
  return chains
    .filter(({ isUsed }) => isUsed)
    .flatMap((use) => [
      `template ${templateName(use)}: ${percent(use.identity)} identical over ${percent(use.coverage)} of the sequence, E ${use.expectedByChance.toExponential(0)}`,
      ...alignmentLines(use),
    ]);
}

function alignmentLines({ alignedQuery, alignedTemplate }: TemplateUse): string[] {
  const lines: string[] = [];
  for (let start = 0; start < alignedQuery.length; start += LINE) {
    const query = alignedQuery.slice(start, start + LINE);
    const template = alignedTemplate.slice(start, start + LINE);
    const same = Array.from(query, (letter, k) => (letter === template[k] ? '|' : ' ')).join('');
    lines.push(`  query     ${query}`, `            ${same}`.trimEnd(), `  template  ${template}`);
  }
  return lines;
}
