import type { Alphafold2Defaults } from '#architectures/alphafold2/config';
import type { FoldingRequest } from '#architectures/family';
import { alignedTemplates, type UsedTemplate } from '#architectures/requested-templates';
import type { AlignedTemplate } from '#structure/templates/align-templates';
import { placeTemplate, type PlacedTemplate } from './placed-template.js';

/** Templates as they lie over a request's chain. */
export interface LaidTemplates {
  /** The best first; those that are not related last. */
  readonly all: readonly AlignedTemplate[];
  /** Those that the network reads. */
  readonly used: readonly UsedTemplate[];
  /** `used`, as features are made of them. */
  readonly placed: readonly PlacedTemplate[];
}

/** Share of a chain's residues that another chain of its file must have too for one of the two to do. */
const COPIED = 0.9;

/**
 * Lays the templates of a request over its chain; as many as the network was trained on are used, the best ones.
 *
 * @departs Templates are aligned to the chain by their sequences, not by a search with the chain's profile.
 * @throws FoldError `REQUEST_INVALID` where there are several chains
 */
export function layTemplates(
  request: FoldingRequest,
  { maxTemplates }: Pick<Alphafold2Defaults, 'maxTemplates'>,
): LaidTemplates | undefined {
  const all = alignedTemplates(request);
  if (!all) return undefined;
  const numResidues = request.chains[0]!.sequence.length;
  const chosen: AlignedTemplate[] = [];
  for (const template of all) {
    if (chosen.length === maxTemplates || !template.isRelated) break;
    if (!chosen.some((better) => isCopy(template, better))) chosen.push(template);
  }
  return {
    all,
    used: chosen.map((template) => ({ template, residueOf: residueOf(template, numResidues) })),
    placed: chosen.map(({ chain, pairs }) => {
      const positions = new Int32Array(chain.aatype.length).fill(-1);
      for (const [position, residue] of pairs) positions[residue] = position;
      return placeTemplate(chain, positions, numResidues);
    }),
  };
}

function residueOf({ pairs }: AlignedTemplate, numResidues: number): Int32Array {
  const residues = new Int32Array(numResidues).fill(-1);
  for (const [position, residue] of pairs) residues[position] = residue;
  return residues;
}

/** Whether a template is the same protein as a better one, crystallised with it. */
function isCopy(template: AlignedTemplate, better: AlignedTemplate): boolean {
  if (template.chain.source !== better.chain.source) return false;
  const typeOf = new Map(better.pairs.map(([position, j]) => [position, better.chain.aatype[j]]));
  const { pairs, chain } = template;
  const numSame = pairs.filter(([position, j]) => typeOf.get(position) === chain.aatype[j]).length;
  return numSame >= COPIED * pairs.length;
}
