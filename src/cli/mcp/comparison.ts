import {
  comparisonJson,
  comparisonLines,
  compareTwo,
  residueLines,
  type ComparedStructure,
} from '#cli/comparison';
import type { PairingMethod } from '#structure/alignment/pair-residues';
import type { Answer } from './answer.js';

/** What is compared, and how. */
export interface ComparisonInput {
  readonly structure: ComparedStructure;
  readonly reference: ComparedStructure;
  readonly pairBy?: PairingMethod | undefined;
  readonly perResidue?: boolean | undefined;
}

/**
 * What the tool `compare` answers.
 *
 * @param input see {@link ComparisonInput}
 * @throws FoldError as `compareTwo`
 */
export function comparison({
  structure,
  reference,
  pairBy,
  perResidue = false,
}: ComparisonInput): Answer {
  const compared = compareTwo(structure, reference, pairBy);
  const { warnings } = compared;
  return {
    lines: [
      ...comparisonLines(compared),
      ...(perResidue ? residueLines(compared) : []),
      ...warnings.map((warning) => `warning: ${warning}`),
    ],
    data: { ...comparisonJson(compared, perResidue), warnings },
  };
}
