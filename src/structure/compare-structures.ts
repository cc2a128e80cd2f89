import { FoldError } from '#errors';
import { chainTraces, type ChainTrace, type NamedResidues } from './alignment/chain-trace.js';
import { chooseChains, type PairedChains } from './alignment/choose-chains.js';
import { countIdentical, pairedPoints, type PairingMethod } from './alignment/pair-residues.js';
import { lddtAllAtom, lddtCa } from './comparison/lddt.js';
import { squaredDeviations, superpose, type RigidMotion } from './comparison/superposition.js';
import type { ResidueAtoms } from './residues/residue-atoms.js';

/** What to compare, where it is not to be found out. */
export interface CompareOptions {
  /** Chain of the structure; the one that resembles the reference's most if absent. */
  readonly chain?: string;
  /** Chain of the reference; the one that resembles the structure's most if absent. */
  readonly referenceChain?: string;
  /** How residues are paired; see `pairResidues`. */
  readonly pairing?: PairingMethod;
}

/** A chain that was compared. */
export interface ComparedChain {
  readonly chainId: string;
  /** Residues whose CA is known. */
  readonly numResidues: number;
}

/** A residue of each chain that stand for each other. */
export interface ComparedResidue {
  /** Index among all residues of the structure. */
  readonly structure: number;
  /** Index among all residues of the reference. */
  readonly reference: number;
  /** Å between the CA atoms, superposed as the TM-score has it. */
  readonly distance: number;
  /** 0-1, all atoms. */
  readonly lddt: number;
  /** 0-1, CA atoms. */
  readonly lddtCa: number;
}

/** How a chain of a structure compares with one of a reference. */
export interface StructureComparison {
  readonly structure: ComparedChain;
  readonly reference: ComparedChain;
  /** How residues were paired. */
  readonly pairing: PairingMethod;
  readonly numPaired: number;
  /** Share of the reference's residues that are paired, 0-1. */
  readonly coverage: number;
  /** Share of the structure's residues that are paired, 0-1. */
  readonly structureCoverage: number;
  /** Share of the pairs that are of the same residue type, 0-1. */
  readonly identity: number;
  /** Å over the CA atoms of all pairs at their best superposition. */
  readonly rmsd: number;
  /** 0-1, divided by the length of the reference chain. */
  readonly tmScore: number;
  /** 0-1, divided by the length of the reference chain. */
  readonly gdtTs: number;
  /** 0-1 over all atoms of the reference chain. */
  readonly lddt: number;
  /** 0-1 over the CA atoms of the reference chain. */
  readonly lddtCa: number;
  /** The pairs, in the order of the reference. */
  readonly residues: readonly ComparedResidue[];
  /** Brings the structure on the reference as the TM-score has it. */
  readonly motion: RigidMotion;
  /** What to keep in mind when reading the scores. */
  readonly warnings: readonly string[];
}

/** Pairs that a score of a fold needs, unless a chain has no more residues. */
const FEWEST_PAIRS = 10;
/** Pairs that a superposition needs. */
const FEWEST_POINTS = 4;
/** Share of a chain below which a comparison says little of it. */
const LOW_COVERAGE = 0.7;
/** Share of equal residues below which two chains are no longer one protein. */
const LOW_IDENTITY = 0.9;

/** @throws FoldError `STRUCTURE_MISMATCH` where there is no such chain, or none with CA atoms */
function tracesOf(structure: NamedResidues, chainId: string | undefined, name: string) {
  const traces = chainTraces(structure);
  if (traces.length === 0)
    throw new FoldError('STRUCTURE_MISMATCH', `the ${name} has no amino acids with a CA atom`, {
      hint: 'compare structures that hold proteins',
    });
  const chosen = traces.filter((trace) => chainId === undefined || trace.chainId === chainId);
  if (chosen.length === 0)
    throw new FoldError('STRUCTURE_MISMATCH', `the ${name} has no protein chain ${chainId ?? ''}`, {
      hint: `its chains are ${traces.map((trace) => trace.chainId).join(', ')}`,
    });
  return chosen;
}

/** Residues of a structure in another order; -1 leaves a place without atoms. */
function arrange(structure: ResidueAtoms, places: ArrayLike<number>): ResidueAtoms {
  const pick = (values: ArrayLike<number>, width: number): Float32Array =>
    Float32Array.from({ length: places.length * width }, (_, i) => {
      const place = places[Math.floor(i / width)]!;
      return place < 0 ? 0 : values[place * width + (i % width)]!;
    });
  return {
    aatype: pick(structure.aatype, 1),
    atom14: pick(structure.atom14, 42),
    atom14Mask: pick(structure.atom14Mask, 14),
    chainIndex: pick(structure.chainIndex, 1),
    residueIndex: pick(structure.residueIndex, 1),
  };
}

const comparedChain = ({ chainId, residues }: ChainTrace): ComparedChain => ({
  chainId,
  numResidues: residues.length,
});

/** @throws FoldError `STRUCTURE_MISMATCH` */
function checkPairs({ mobile, target, pairing }: PairedChains): void {
  const { length } = pairing.pairs;
  const shorter = Math.min(mobile.residues.length, target.residues.length);
  if (length >= Math.max(FEWEST_POINTS, Math.min(FEWEST_PAIRS, shorter))) return;
  const chains = `chain ${mobile.chainId} of the structure and chain ${target.chainId} of the reference`;
  throw new FoldError(
    'STRUCTURE_MISMATCH',
    `${chains} have only ${length} residues in common, too few for a score`,
    { hint: 'name the chains to compare, or choose a structure of the same protein' },
  );
}

/** In words. */
export const PAIRED_BY: Readonly<Record<PairingMethod, string>> = {
  numbers: 'residue numbers',
  sequence: 'sequence',
  structure: 'shape',
};

/** Such as `67 %`; only all is 100 %. */
export function percent(share: number): string {
  return `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100} %`;
}

/** Atoms for each residue. */
function countAtoms({ atom14Mask }: ResidueAtoms, { residues }: ChainTrace): number {
  let count = 0;
  for (const residue of residues)
    for (let slot = 0; slot < 14; slot++) count += Number(atom14Mask[14 * residue + slot]! > 0);
  return count / residues.length;
}

function warningsOf(
  comparison: Omit<StructureComparison, 'warnings'>,
  lacksAtoms: boolean,
): string[] {
  const { coverage, structureCoverage, identity, pairing } = comparison;
  const warnings: string[] = [];
  if (coverage < LOW_COVERAGE)
    warnings.push(
      `only ${percent(coverage)} of the reference's residues are paired: TM-score, GDT-TS and lDDT count the others as wrong, RMSD leaves them out`,
    );
  if (structureCoverage < LOW_COVERAGE)
    warnings.push(
      `only ${percent(structureCoverage)} of the structure's residues are paired: the scores say nothing of the others`,
    );
  if (identity < LOW_IDENTITY)
    warnings.push(
      `only ${percent(identity)} of the paired residues are of the same type: these are different proteins, paired by ${PAIRED_BY[pairing]}`,
    );
  if (lacksAtoms)
    warnings.push(
      'the structure lacks many atoms that the reference has, and lDDT counts them as wrong: read lDDT-CA',
    );
  return warnings;
}

/** Scores of the whole reference chain: residues without a partner keep no distance. */
function lddtOf(
  structure: NamedResidues,
  reference: NamedResidues,
  { mobile, target, pairing }: PairedChains,
) {
  const { chainIndex } = reference;
  const chain = Array.from(chainIndex, (_, residue) => residue).filter(
    (residue) => chainIndex[residue] === target.chainIndex,
  );
  const placeOf = new Map(chain.map((residue, place) => [residue, place]));
  const places = pairing.pairs.map(([, j]) => placeOf.get(target.residues[j]!)!);
  const partners = new Int32Array(chain.length).fill(-1);
  pairing.pairs.forEach(([i], at) => (partners[places[at]!] = mobile.residues[i]!));
  const [laid, truth] = [arrange(structure, partners), arrange(reference, chain)];
  const [allAtom, caOnly] = [lddtAllAtom(laid, truth), lddtCa(laid, truth)];
  return {
    lddt: allAtom.score,
    lddtCa: caOnly.score,
    ofPairs: places.map((place) => ({
      lddt: allAtom.perResidue[place]!,
      lddtCa: caOnly.perResidue[place]!,
    })),
  };
}

/**
 * Compares a chain of a structure with a chain of a reference.
 *
 * @param structure residues of what is judged
 * @param reference residues of what it is measured by: scores are divided by the length of its chain
 * @throws FoldError `STRUCTURE_MISMATCH` where a chain does not exist or too few residues correspond
 */
export function compareStructures(
  structure: NamedResidues,
  reference: NamedResidues,
  { chain, referenceChain, pairing: method }: CompareOptions = {},
): StructureComparison {
  const chosen = chooseChains(
    tracesOf(structure, chain, 'structure'),
    tracesOf(reference, referenceChain, 'reference'),
    method,
  );
  checkPairs(chosen);
  const { mobile, target, pairing } = chosen;
  const { pairs, scores } = pairing;
  const points = pairedPoints(mobile, target, pairs);
  const squared = new Float64Array(pairs.length);
  squaredDeviations(scores.motion, ...points, squared);
  const { ofPairs, ...localScores } = lddtOf(structure, reference, chosen);
  const comparison = {
    structure: comparedChain(mobile),
    reference: comparedChain(target),
    pairing: pairing.method,
    numPaired: pairs.length,
    coverage: pairs.length / target.residues.length,
    structureCoverage: pairs.length / mobile.residues.length,
    identity: countIdentical(mobile.aatype, target.aatype, pairs) / pairs.length,
    rmsd: superpose(...points).rmsd,
    ...scores,
    ...localScores,
    residues: pairs.map(([i, j], at) => ({
      structure: mobile.residues[i]!,
      reference: target.residues[j]!,
      distance: Math.sqrt(squared[at]!),
      ...ofPairs[at]!,
    })),
  };
  const isTrace = countAtoms(structure, mobile) < LOW_COVERAGE * countAtoms(reference, target);
  return { ...comparison, warnings: warningsOf(comparison, isTrace) };
}
