/** @file `--templates`: known structures of relatives, which some models fold after. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { TemplateSummary, TemplateUse } from '#architectures/family';
import { FoldError } from '#errors';
import { readTemplates } from '#structure/templates/read-templates';
import { percent } from '#structure/compare-structures';
import type { TemplateChain } from '#structure/templates/template-chain';
import { readStructureFile } from './read-inputs.js';
import { tell } from './report.js';

/** Files of a folder that are read. */
const STRUCTURE_FILE = /\.(pdb|ent|cif|mmcif)(\.gz)?$/i;
/** Letters of an alignment in a line. */
const LINE = 60;

/** What a user says about templates. */
export interface TemplateFlags {
  readonly templates?: readonly string[];
}

/** Adds `--templates`. */
export function addTemplateOption(command: Command): Command {
  return command.option(
    '--templates <where...>',
    'structures of relatives to fold after: files (FILE:A for one chain) and folders; write INPUT before it',
  );
}

/**
 * The chains of all templates; says which files have none.
 *
 * @throws FoldError `FILE_READ`, `STRUCTURE_MISMATCH`; ParseError for a file that is no structure
 */
export async function readTemplateFiles(places: readonly string[]): Promise<TemplateChain[]> {
  const chains: TemplateChain[] = [];
  for (const { path, chainId } of (await Promise.all(places.map(filesAt))).flat()) {
    const found = readTemplates(await readStructureFile(path), basename(path), chainId);
    if (found.length === 0) tell(`warning: ${path} has no protein chain: it is not used`);
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

/** Why the templates of a prediction were not used, where none was. */
export function templateWarnings(templates: TemplateSummary | undefined): string[] {
  if (!templates || templates.chains.some(({ isUsed }) => isUsed)) return [];
  const [nearest] = templates.chains;
  const said = nearest
    ? `: the best, ${named(nearest)}, resembles the sequence no more than unrelated proteins do (E ${scientific(nearest.expectedByChance)})`
    : ': they have no protein chain';
  return [`no template was used${said}`];
}

/** What was used, and the alignments, for a terminal. */
export function templateLines({ chains }: TemplateSummary): string[] {
  return chains
    .filter(({ isUsed }) => isUsed)
    .flatMap((use) => [
      `template ${named(use)}: ${percent(use.identity)} identical over ${percent(use.coverage)} of the sequence, E ${scientific(use.expectedByChance)}`,
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

const named = ({ source, chainId }: TemplateUse): string => `${source} chain ${chainId}`;

const scientific = (value: number): string => value.toExponential(0);
