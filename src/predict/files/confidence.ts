import type {
  AlignmentSummary,
  RecyclingLimit,
  TemplateSummary,
  TemplateUse,
} from '#architectures/family';
import { templateWarnings } from '#architectures/requested-templates';
import { titleOf, type Prediction } from '#predict/prediction';
import type { EngineFacts } from '#tensor/engine/engine';
import { chainsApart } from '#confidence/arrangement';
import type { CodonLink } from '#sequence/chain';
import { isKnown } from '#structure/templates/known-structure';
import { chainPairsOf, type ChainPairConfidence } from './chain-pairs.js';

/** AlphaFold's four levels of confidence. */
export const CONFIDENCE_CATEGORIES = ['veryHigh', 'high', 'low', 'veryLow'] as const;

/** How far a residue's place can be trusted. */
export type ConfidenceCategory = (typeof CONFIDENCE_CATEGORIES)[number];

/**
 * AlphaFold's level of confidence of a residue.
 *
 * @param plddt 0-100
 * @source AlphaFold DB's legend: above 90 very high, above 70 confident, above 50 low, else very low
 * @departs exactly 90 is very high here, as alphafold/common/confidence.py has it, and likewise 70 and 50
 */
export function confidenceCategory(plddt: number): ConfidenceCategory {
  if (plddt >= 90) return 'veryHigh';
  if (plddt >= 70) return 'high';
  return plddt >= 50 ? 'low' : 'veryLow';
}

/** Confidence of one chain. */
export interface ChainConfidence {
  readonly id: string;
  readonly sequence: string;
  /** `[L]` numbers of the residues as in the structure files. */
  readonly residueNumbers: readonly number[];
  /** `[L]` 0-100, two decimals. */
  readonly plddt: readonly number[];
  readonly categories: readonly ConfidenceCategory[];
  /** `[L]` where the chain was translated from DNA or RNA. */
  readonly codons?: readonly CodonLink[];
}

/** What `confidence.json` holds. */
export interface Confidence {
  readonly name: string;
  /** The whole header line of the record, where it says more than its name. */
  readonly title?: string;
  readonly model: { readonly name: string; readonly sha256: string };
  /** What computed it; absent where it was stored before this was recorded. */
  readonly engine?: EngineFacts;
  readonly numRecycles: number;
  /** Where passes were to stop early. */
  readonly recycling?: RecyclingLimit;
  readonly numResidues: number;
  /** 0-100 */
  readonly meanPlddt: number;
  /** 0-1 */
  readonly ptm: number;
  /** 0-1, of how the chains lie to each other; of several chains. */
  readonly iptm?: number;
  /** Å */
  readonly maxPae: number;
  /** Fraction of residues in each category, 0-1. */
  readonly fractions: Readonly<Record<ConfidenceCategory, number>>;
  readonly chains: readonly ChainConfidence[];
  /** Each two of several chains. */
  readonly chainPairs?: readonly ChainPairConfidence[];
  readonly warnings: readonly string[];
  /** Of models that read one, where one was given. */
  readonly alignment?: AlignmentSummary;
  /** Of models that read them, where some were given. */
  readonly templates?: TemplateSummary;
  /** A structure of this very sequence among the templates: it is known already. */
  readonly knownStructure?: Pick<TemplateUse, 'source' | 'chainId'>;
}

/**
 * Everything about a prediction's confidence that is one number a residue or less.
 *
 * @param prediction N residues over all chains
 * @param warnings what the user should know about the input
 */
export function confidenceOf(prediction: Prediction, warnings: readonly string[] = []): Confidence {
  const { name, model, engine, numRecycles, plddt, meanPlddt, ptm, maxPae, alignment, templates } =
    prediction;
  const chainPairs = chainPairsOf(prediction);
  const numResidues = plddt.length;
  const categories = Array.from(plddt, confidenceCategory);
  const fraction = (category: ConfidenceCategory): number =>
    rounded(categories.filter((one) => one === category).length / Math.max(1, numResidues), 4);
  let begin = 0;
  const chains = prediction.chains.map(({ id, sequence, codons }): ChainConfidence => {
    const end = begin + sequence.length;
    const chain = {
      id,
      sequence,
      residueNumbers: Array.from(prediction.residueNumber.subarray(begin, end)),
      plddt: Array.from(plddt.subarray(begin, end), (value) => rounded(value, 2)),
      categories: categories.slice(begin, end),
      ...(codons ? { codons } : {}),
    };
    begin = end;
    return chain;
  });
  return {
    name,
    ...titleOf(prediction),
    model,
    ...(engine ? { engine } : {}),
    numRecycles,
    numResidues,
    meanPlddt: rounded(meanPlddt, 2),
    ptm: rounded(ptm, 4),
    ...(prediction.complex ? { iptm: rounded(prediction.complex.iptm, 4) } : {}),
    maxPae,
    fractions: {
      veryHigh: fraction('veryHigh'),
      high: fraction('high'),
      low: fraction('low'),
      veryLow: fraction('veryLow'),
    },
    chains,
    ...(chainPairs.length > 0 ? { chainPairs } : {}),
    warnings: [
      ...warnings,
      ...warningsOnComplex(model.name, chainPairs),
      ...templateWarnings(templates),
    ],
    ...(prediction.recycling ? { recycling: prediction.recycling } : {}),
    ...(alignment ? { alignment } : {}),
    ...(templates ? { templates, ...knownAmong(templates) } : {}),
  };
}

function knownAmong({ chains }: TemplateSummary): Pick<Confidence, 'knownStructure'> {
  const known = chains.find(isKnown);
  if (!known) return {};
  const { source, chainId } = known;
  return { knownStructure: { source, chainId } };
}

/** What a reader should know of a complex, whichever door it came out of. */
function warningsOnComplex(model: string, pairs: readonly ChainPairConfidence[]): string[] {
  if (pairs.length === 0) return [];
  const apart = chainsApart(pairs);
  return [
    `${model} was trained on single chains: how it places chains to each other has to be checked`,
    ...(apart === undefined ? [] : [apart]),
  ];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
