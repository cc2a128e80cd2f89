import type { FoldingRequest } from '#architectures/family';
import { alignedTemplates, type UsedTemplate } from '#architectures/requested-templates';
import { aatypeOf } from '#sequence/amino-acids';
import type { AlignedTemplate } from '#structure/templates/align-templates';
import { scaffoldFrames, type ScaffoldFrames } from '#structure/templates/template-scaffold';

/** Templates as they lie over a request's chain. */
export interface LaidTemplates {
  /** `[N]` types 0-20 of the chain. */
  readonly query: Uint8Array;
  /** The best first; those that are not related last. */
  readonly all: readonly AlignedTemplate[];
  /** Those that the scaffold is made of, in its order. */
  readonly used: readonly AlignedTemplate[];
  /** Absent where no template is related, or has a backbone to follow. */
  readonly scaffold?: ScaffoldFrames;
}

/** As many as AlphaFold 2 reads. */
const MOST_USED = 4;

/**
 * Lays the templates of a request over its chain.
 *
 * @throws FoldError `REQUEST_INVALID` where there are several chains
 */
export function layTemplates(request: FoldingRequest): LaidTemplates | undefined {
  const all = alignedTemplates(request);
  if (!all) return undefined;
  const query = aatypeOf(request.chains[0]!.sequence);
  const related = all.filter(({ isRelated }) => isRelated).slice(0, MOST_USED);
  if (related.length === 0) return { query, all, used: [] };
  const adds = new Set(scaffoldFrames(related, query.length).templateOf);
  const used = related.filter((_, index) => adds.has(index));
  if (used.length === 0) return { query, all, used };
  return { query, all, used, scaffold: scaffoldFrames(used, query.length) };
}

/** Which residue of each template the chain is folded after. */
export function templatesInUse({ used, scaffold }: LaidTemplates): UsedTemplate[] {
  return used.map((template, index) => ({
    template,
    residueOf: scaffold!.residueOf.map((residue, i) =>
      scaffold!.templateOf[i] === index ? residue : -1,
    ),
  }));
}
