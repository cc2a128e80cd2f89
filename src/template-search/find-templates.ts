import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { alignSequences } from '#sequence/pairwise-alignment';
import { countIdentical } from '#structure/alignment/pair-residues';
import type { TemplateLikeness } from '#structure/templates/known-structure';
import type { TemplateChain } from '#structure/templates/template-chain';
import type { EntryFacts } from './library-format.js';
import { searchLibrary } from './search-library.js';
import type { TemplateLibrary } from './template-library.js';

/** A search of the library finds one such chance alignment in a thousand queries. */
const MOST_EXPECTED = 1e-3;
/** Templates of different sequences that a search gives: AlphaFold 2 reads 4, and better ones may be short. */
export const MOST_FOUND = 20;

/** Which templates are not wanted, as for honest benchmarks. */
export interface TemplateFilter {
  /** `YYYY-MM-DD`: those released later, or nobody knows when, are left out. */
  readonly maxDate?: string;
  /** 0-1, of the residues that are aligned: those of more are left out. */
  readonly maxIdentity?: number;
  /** Ids of entries, or of chains as `1ABC:A`. */
  readonly exclude?: readonly string[];
}

/** A template that a search has found. */
export interface FoundTemplate extends TemplateLikeness {
  readonly template: TemplateChain;
  readonly facts: EntryFacts;
  /** As many chance alignments as good has a search of the whole library. */
  readonly expected: number;
}

/**
 * Searches a library for relatives of a chain; of several with the same sequence it gives the first.
 *
 * @returns the best first
 * @throws FoldError `TEMPLATE_DAMAGED`; the reason of the signal
 */
export async function findTemplates(
  library: TemplateLibrary,
  sequence: string,
  filter: TemplateFilter = {},
  signal?: AbortSignal,
): Promise<FoundTemplate[]> {
  const query = aatypeOf(sequence);
  const { maxDate } = filter;
  const hits = await searchLibrary(library, query, {
    mostExpected: MOST_EXPECTED,
    ...(maxDate === undefined ? {} : { maxDate: Number(maxDate.replaceAll('-', '')) }),
    ...(signal ? { signal } : {}),
  });
  const seen = new Set<string>();
  const found: FoundTemplate[] = [];
  for (const { chain, expected } of hits) {
    const types = await library.sequence(chain);
    const letters = sequenceOf(types);
    if (seen.has(letters)) continue;
    const likeness = likenessOf(query, types);
    if (likeness.identity > (filter.maxIdentity ?? 1)) continue;
    const { facts, template } = await library.read(chain);
    if (isExcluded(facts.id, template.chainId, filter)) continue;
    seen.add(letters);
    found.push({ template, facts, expected, ...likeness });
    if (found.length === MOST_FOUND) break;
  }
  return found;
}

/** How a template lies over a query, by their best local alignment. */
export function likenessOf(query: Uint8Array, types: Uint8Array): TemplateLikeness {
  const { pairs } = alignSequences(query, types, { scope: 'local' });
  const identity = countIdentical(query, types, pairs) / Math.max(1, pairs.length);
  return { identity, coverage: pairs.length / query.length };
}

/** Whether a user does not want an entry, or a chain of it. */
export function isExcluded(id: string, chainId: string, { exclude = [] }: TemplateFilter): boolean {
  const entry = id.toUpperCase();
  return exclude.some((name) => {
    const [wanted, chain] = name.split(':');
    return wanted!.toUpperCase() === entry && (chain === undefined || chain === chainId);
  });
}
