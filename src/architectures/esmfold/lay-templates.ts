import {
  templatesId,
  type FoldingRequest,
  type TemplateSummary,
  type TemplateUse,
} from '#architectures/family';
import { FoldError } from '#errors';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { alignTemplates, type AlignedTemplate } from '#structure/templates/align-templates';
import { scaffoldFrames, type ScaffoldFrames } from '#structure/templates/template-scaffold';

/** Templates as they lie over a request's chain. */
export interface LaidTemplates {
  /** `[N]` types 0-20 of the chain. */
  readonly query: Uint8Array;
  /** The best first; those that are not related last. */
  readonly all: readonly AlignedTemplate[];
  /** Those that the scaffold is made of, in its order. */
  readonly used: readonly AlignedTemplate[];
  /** Absent where no template is related. */
  readonly scaffold?: ScaffoldFrames;
}

/** As many as AlphaFold 2 reads. */
const MOST_USED = 4;

/**
 * Lays the templates of a request over its chain.
 *
 * @throws FoldError `REQUEST_INVALID` where there are several chains
 */
export function layTemplates({ chains, templates }: FoldingRequest): LaidTemplates | undefined {
  if (!templates) return undefined;
  if (chains.length > 1)
    throw new FoldError(
      'REQUEST_INVALID',
      'templates are read for a single chain, not for a complex',
      {
        hint: 'fold the chains one by one, or leave the templates out',
      },
    );
  const query = aatypeOf(chains[0]!.sequence);
  const all = alignTemplates(query, templates);
  const related = all.filter(({ isRelated }) => isRelated).slice(0, MOST_USED);
  if (related.length === 0) return { query, all, used: [] };
  const adds = new Set(scaffoldFrames(related, query.length).templateOf);
  const used = related.filter((_, index) => adds.has(index));
  return { query, all, used, scaffold: scaffoldFrames(used, query.length) };
}

/** What people are told of the templates of a request. */
export async function templateSummary(
  { chains, templates }: FoldingRequest,
  laid: LaidTemplates,
): Promise<TemplateSummary> {
  const query = chains[0]!.sequence;
  const seen = new Set<string>();
  const shown = laid.all.filter((template) => {
    const isFirst = !seen.has(template.chain.source);
    seen.add(template.chain.source);
    return isFirst || laid.used.includes(template);
  });
  return {
    request: await templatesId(templates!),
    chains: shown.map((template) => useOf(template, query, laid)),
  };
}

function useOf(
  template: AlignedTemplate,
  query: string,
  { used, scaffold }: LaidTemplates,
): TemplateUse {
  const { chain, identity, coverage, expectedByChance } = template;
  const index = used.indexOf(template);
  const residues = Array.from(query, (_, i) =>
    index >= 0 && scaffold!.templateOf[i] === index ? chain.numbers[scaffold!.residueOf[i]!]! : '',
  );
  return {
    source: chain.source,
    chainId: chain.chainId,
    isUsed: index >= 0,
    identity,
    coverage,
    expectedByChance,
    ...alignedLetters(query, template),
    residues,
  };
}

/** Both sequences from end to end, a gap where one lacks what the other has. */
function alignedLetters(query: string, { chain, pairs }: AlignedTemplate) {
  const template = sequenceOf(chain.aatype);
  let [alignedQuery, alignedTemplate] = ['', ''];
  let [first, second] = [0, 0];
  for (const [i, j] of [...pairs, [query.length, template.length] as const]) {
    alignedQuery += query.slice(first, i) + '-'.repeat(j - second) + (query[i] ?? '');
    alignedTemplate += '-'.repeat(i - first) + template.slice(second, j) + (template[j] ?? '');
    [first, second] = [i + 1, j + 1];
  }
  return { alignedQuery, alignedTemplate };
}
