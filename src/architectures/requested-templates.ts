/** @file Templates of a request, laid over its chain; what users are told about them. */
import { FoldError } from '#errors';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import {
  alignTemplates,
  MOST_BY_CHANCE,
  type AlignedTemplate,
} from '#structure/templates/align-templates';
import {
  templatesId,
  type FoldingRequest,
  type TemplateSummary,
  type TemplateUse,
} from './family.js';

/**
 * Lays the templates of a request over its chain.
 *
 * @returns the best first, those that are not related last; nothing where the request has none
 * @throws FoldError `REQUEST_INVALID` where there are several chains
 */
export function alignedTemplates({
  chains,
  templates,
}: FoldingRequest): AlignedTemplate[] | undefined {
  if (!templates) return undefined;
  refuseTemplatesOfComplexes(chains.length);
  return alignTemplates(aatypeOf(chains[0]!.sequence), templates);
}

/** @throws FoldError `REQUEST_INVALID` where there are several chains */
export function refuseTemplatesOfComplexes(numChains: number): void {
  if (numChains > 1)
    throw new FoldError(
      'REQUEST_INVALID',
      'templates are read for a single chain, not for a complex',
      { hint: 'fold the chains one by one, or leave the templates out' },
    );
}

/** A template that a chain of N residues is folded after. */
export interface UsedTemplate {
  readonly template: AlignedTemplate;
  /** `[N]` residue of the template that each of the chain is folded after; -1 where it has none. */
  readonly residueOf: ArrayLike<number>;
}

/**
 * What users are told about the templates of a request.
 *
 * @param request with templates
 * @param all as {@link alignedTemplates} gives them
 * @param used those of them that the chain is folded after
 */
export async function templateSummary(
  { chains, templates }: FoldingRequest,
  all: readonly AlignedTemplate[],
  used: readonly UsedTemplate[],
): Promise<TemplateSummary> {
  const query = chains[0]!.sequence;
  const useOf = new Map(used.map((use) => [use.template, use]));
  const seen = new Set<string>();
  const shown = all.filter((template) => {
    const isFirst = !seen.has(template.chain.source);
    seen.add(template.chain.source);
    return isFirst || useOf.has(template);
  });
  return {
    request: await templatesId(templates!),
    chains: shown.map((template) => describe(template, query, useOf.get(template)?.residueOf)),
  };
}

function describe(
  template: AlignedTemplate,
  query: string,
  residueOf: ArrayLike<number> | undefined,
): TemplateUse {
  const { chain, identity, coverage, expectedByChance } = template;
  return {
    source: chain.source,
    chainId: chain.chainId,
    isUsed: residueOf !== undefined,
    identity,
    coverage,
    expectedByChance,
    ...alignedLetters(query, template),
    residues: Array.from(query, (_, i) => chain.numbers[residueOf?.[i] ?? -1] ?? ''),
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

/** Why the templates of a prediction were not used, where none was. */
export function templateWarnings(templates: TemplateSummary | undefined): string[] {
  if (!templates || templates.chains.some(({ isUsed }) => isUsed)) return [];
  const [nearest] = templates.chains;
  if (!nearest) return ['no template was used: none was found'];
  const why =
    nearest.expectedByChance > MOST_BY_CHANCE
      ? `resembles the sequence no more than unrelated proteins do (E ${nearest.expectedByChance.toExponential(0)})`
      : 'has no backbone that a chain could follow';
  return [`no template was used: the best, ${templateName(nearest)}, ${why}`];
}

/** A template as users are told about it. */
export function templateName({ source, chainId }: Pick<TemplateUse, 'source' | 'chainId'>): string {
  return `${source} chain ${chainId}`;
}
