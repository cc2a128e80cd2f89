/** @file Where the templates of a record come from: files that are the same for all, and searches for each. */
import { FoldError } from '#errors';
import type { TemplateChain } from '#structure/templates/template-chain';
import {
  findTemplates,
  isKnown,
  type FoundTemplate,
  type TemplateFilter,
} from '#template-search/find-templates';
import { TemplateLibrary } from '#template-search/template-library';
import { percent } from '#structure/compare-structures';

/** What was found for a chain. */
export interface FoundTemplates {
  readonly templates: readonly TemplateChain[];
  /** What the user should know of the search. */
  readonly notes: readonly string[];
}

/** Where templates come from. */
export interface TemplateFinder {
  /** @param sequence of the only chain of a record */
  find(sequence: string, signal: AbortSignal): Promise<FoundTemplates>;
  close(): Promise<void>;
}

/** Templates that are the same for all records. */
export function givenTemplates(templates: readonly TemplateChain[]): TemplateFinder {
  return {
    find: () => Promise.resolve({ templates, notes: [] }),
    close: () => Promise.resolve(),
  };
}

/** Templates from a library. @throws FoldError `FILE_READ`, `TEMPLATE_DAMAGED` */
export async function libraryTemplates(
  path: string,
  filter: TemplateFilter,
): Promise<TemplateFinder> {
  const library = await TemplateLibrary.open(path);
  return {
    async find(sequence, signal) {
      const found = await findTemplates(library, sequence, filter, signal);
      return foundIn(path, found, ({ facts, template }) => {
        const entry = `${facts.id}:${template.chainId}`;
        return `codonfold library extract ${path} ${entry} -o ${facts.id}.pdb`;
      });
    },
    close: () => library.close(),
  };
}

/** Templates of several finders, one after the other. */
export function allTemplates(finders: readonly TemplateFinder[]): TemplateFinder {
  return {
    async find(sequence, signal) {
      const found: FoundTemplates[] = [];
      for (const finder of finders) found.push(await finder.find(sequence, signal));
      return {
        templates: found.flatMap(({ templates }) => templates),
        notes: found.flatMap(({ notes }) => notes),
      };
    },
    async close() {
      for (const finder of finders) await finder.close();
    },
  };
}

/**
 * What is said of a search.
 *
 * @param place that was searched
 * @param found the best first
 * @param fetch command that gives a template as the file FOLDED.pdb can be compared with
 */
function foundIn(
  place: string,
  found: readonly FoundTemplate[],
  fetch: (template: FoundTemplate) => string,
): FoundTemplates {
  const [best] = found;
  const templates = found.map(({ template }) => template);
  if (!best) return { templates, notes: [`${place} has no relative of it (E up to 1e-3)`] };
  const { facts, identity, coverage, expected } = best;
  const name = `${facts.id} chain ${best.template.chainId}`;
  const known = found.find(isKnown);
  return {
    templates,
    notes: [
      `${found.length} found in ${place}, best ${name}${facts.title === '' ? '' : ` (${facts.title})`}: ${percent(identity)} identical over ${percent(coverage)}, E ${expected.toExponential(0)}`,
      ...(known
        ? [
            `the structure of this sequence is known: ${known.facts.id} chain ${known.template.chainId}; to compare: ${fetch(known)}; codonfold compare NAME.pdb ${known.facts.id}.pdb`,
          ]
        : []),
    ],
  };
}

/** @throws FoldError `USAGE` */
export function checkedFilter({
  templateMaxDate: maxDate,
  templateMaxIdentity: maxIdentity,
  templateExclude: exclude,
}: FilterFlags): TemplateFilter {
  if (maxDate !== undefined && !isDate(maxDate))
    throw new FoldError('USAGE', `--template-max-date ${maxDate} is no date`, {
      hint: 'it looks like 2021-09-30',
    });
  return {
    ...(maxDate === undefined ? {} : { maxDate }),
    ...(maxIdentity === undefined ? {} : { maxIdentity }),
    ...(exclude === undefined ? {} : { exclude }),
  };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** Which templates a user does not want. */
export interface FilterFlags {
  readonly templateMaxDate?: string;
  /** 0-1 */
  readonly templateMaxIdentity?: number;
  readonly templateExclude?: readonly string[];
}
