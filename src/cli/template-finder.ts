/** @file Where the templates of a record come from: files that are the same for all, and searches for each. */
import { FoldError } from '#errors';
import { isKnown } from '#structure/templates/known-structure';
import type { TemplateChain } from '#structure/templates/template-chain';
import {
  findTemplates,
  type FoundTemplate,
  type TemplateFilter,
} from '#template-search/find-templates';
import { LEAST_RESIDUES, searchPdb } from '#template-search/rcsb/search-pdb';
import { TemplateLibrary } from '#template-search/template-library';
import { percent } from '#structure/compare-structures';

/** What was found for a chain. */
export interface FoundTemplates {
  readonly templates: readonly TemplateChain[];
  /** What the user should know of the search. */
  readonly notes: readonly string[];
}

/** How a search is followed. */
export interface FindOptions {
  readonly signal: AbortSignal;
  readonly onMessage: (message: string) => void;
}

/** Where templates come from. */
export interface TemplateFinder {
  /**
   * @param sequence of the only chain of a record
   * @param options how to stop the search, and how to follow it
   */
  find(sequence: string, options: FindOptions): Promise<FoundTemplates>;
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
    async find(sequence, { signal }) {
      const found = await findTemplates(library, sequence, filter, signal);
      return foundIn(path, found, ({ facts, template }) => {
        const entry = `${facts.id}:${template.chainId}`;
        return `codonfold library extract ${path} ${entry} -o ${facts.id}.pdb; codonfold compare NAME.pdb ${facts.id}.pdb`;
      });
    },
    close: () => library.close(),
  };
}

/** Templates from the PDB: RCSB is asked, so sequences leave this machine. */
export function pdbTemplates(filter: TemplateFilter): TemplateFinder {
  return {
    async find(sequence, options) {
      if (sequence.length < LEAST_RESIDUES) {
        const note = `RCSB searches with ${LEAST_RESIDUES} residues or more: it is not asked`;
        return { templates: [], notes: [note] };
      }
      const { found, problems } = await searchPdb(sequence, { filter, ...options });
      const { templates, notes } = foundIn(
        'the PDB',
        found,
        ({ path }) => `codonfold compare NAME.pdb ${path}`,
      );
      return { templates, notes: [...problems.map((problem) => `warning: ${problem}`), ...notes] };
    },
    close: () => Promise.resolve(),
  };
}

/** Templates of several finders, one after the other. */
export function allTemplates(finders: readonly TemplateFinder[]): TemplateFinder {
  return {
    async find(sequence, options) {
      const found: FoundTemplates[] = [];
      for (const finder of finders) found.push(await finder.find(sequence, options));
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

/** What is reported about a template. */
type Described = Pick<FoundTemplate, 'template' | 'facts' | 'identity' | 'coverage'> &
  Partial<Pick<FoundTemplate, 'expected'>>;

/**
 * What is said of a search.
 *
 * @param place that was searched
 * @param found the best first
 * @param compare command that compares a prediction with a template
 */
function foundIn<T extends Described>(
  place: string,
  found: readonly T[],
  compare: (template: T) => string,
): FoundTemplates {
  const [best] = found;
  const templates = found.map(({ template }) => template);
  if (!best) return { templates, notes: [`${place} has no relative of it (E up to 1e-3)`] };
  const { facts, identity, coverage, expected } = best;
  const name = `${facts.id} chain ${best.template.chainId}`;
  const significance = expected === undefined ? '' : `, E ${expected.toExponential(0)}`;
  const known = found.find(isKnown);
  return {
    templates,
    notes: [
      `${found.length} found in ${place}, best ${name}${facts.title === '' ? '' : ` (${facts.title})`}: ${percent(identity)} identical over ${percent(coverage)}${significance}`,
      ...(known
        ? [
            `the structure of this sequence is known: ${known.facts.id} chain ${known.template.chainId}; to compare: ${compare(known)}`,
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
    throw new FoldError('USAGE', `--template-max-date ${maxDate} is not a date`, {
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
