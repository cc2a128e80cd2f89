import { FoldError } from '#errors';
import { alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { lddtCa } from '#structure/comparison/lddt';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { movePoints, superpose } from '#structure/comparison/superposition';
import { superpositionScores } from '#structure/comparison/superposition-scores';
import type { Molecule, MoleculeChain } from '../molecule/molecule.js';

/** Fewer shared residues say nothing about a fold. */
const FEWEST_PAIRS = 3;

/** A prediction beside another structure of the same protein. */
export interface Comparison {
  readonly numPaired: number;
  /** Of these, residues of the same type. */
  readonly numIdentical: number;
  /** Å over CA atoms after superposition. */
  readonly rmsd: number;
  /** 0-1, divided by the length of the reference. */
  readonly tmScore: number;
  /** 0-1 over CA atoms. */
  readonly lddt: number;
  /** `[N]` of the prediction; NaN where the reference has no such residue. */
  readonly lddtPerResidue: Float32Array;
  /** The reference, moved onto the prediction. */
  readonly moved: Molecule;
}

/** Pairs chain by chain in order, so that chains of a complex never borrow each other's residues. */
function pairResidues(model: Molecule, reference: Molecule): AlignedPairs {
  return model.chains.slice(0, reference.chains.length).flatMap((chain, i) => {
    const other = reference.chains[i]!;
    const part = ({ residues }: Molecule, { first, count }: MoleculeChain): number[] =>
      Array.from(residues.aatype).slice(first, first + count);
    const { pairs } = alignSequences(part(model, chain), part(reference, other), {
      scope: 'whole',
    });
    return pairs.flatMap(([a, b]) => {
      const pair = [a + chain.first, b + other.first] as const;
      const isPlaced = model.alphaCarbon[pair[0]]! >= 0 && reference.alphaCarbon[pair[1]]! >= 0;
      return isPlaced ? [pair] : [];
    });
  });
}

function alphaCarbons(molecule: Molecule, residues: readonly number[]): Float32Array {
  const points = new Float32Array(3 * residues.length);
  residues.forEach((residue, i) => {
    const at = 3 * molecule.alphaCarbon[residue]!;
    points.set(molecule.positions.subarray(at, at + 3), 3 * i);
  });
  return points;
}

function subset({ residues }: Molecule, chosen: readonly number[]): ResidueAtoms {
  const pick = (values: ArrayLike<number>, width: number): Float32Array => {
    const picked = new Float32Array(chosen.length * width);
    chosen.forEach((residue, i) => {
      for (let k = 0; k < width; k++) picked[i * width + k] = values[residue * width + k]!;
    });
    return picked;
  };
  return {
    aatype: pick(residues.aatype, 1),
    atom14: pick(residues.atom14, 42),
    atom14Mask: pick(residues.atom14Mask, 14),
    chainIndex: pick(residues.chainIndex, 1),
    residueIndex: pick(residues.residueIndex, 1),
  };
}

/**
 * Scores a prediction against a reference and superposes the reference on it.
 *
 * @throws FoldError `STRUCTURE_MISMATCH` when too few residues correspond
 */
export function compareStructures(model: Molecule, reference: Molecule): Comparison {
  const pairs = pairResidues(model, reference);
  if (pairs.length < FEWEST_PAIRS)
    throw new FoldError(
      'STRUCTURE_MISMATCH',
      `only ${pairs.length} residues of ${reference.name} correspond to this prediction`,
      { hint: 'choose a structure of the same protein, chains in the same order' },
    );
  const ours = pairs.map(([residue]) => residue);
  const theirs = pairs.map(([, residue]) => residue);
  const [target, mobile] = [alphaCarbons(model, ours), alphaCarbons(reference, theirs)];
  const { rmsd } = superpose(mobile, target);
  const { numResidues: length } = reference;
  const { tmScore, motion } = superpositionScores(mobile, target, { length });
  const lddt = lddtCa(subset(model, ours), subset(reference, theirs));
  const lddtPerResidue = new Float32Array(model.numResidues).fill(Number.NaN);
  ours.forEach((residue, i) => (lddtPerResidue[residue] = lddt.perResidue[i]!));
  const moved = { ...reference, positions: movePoints(motion, reference.positions) };
  const numIdentical = pairs.filter(([a, b]) => model.sequence[a] === reference.sequence[b]).length;
  return {
    numPaired: pairs.length,
    numIdentical,
    rmsd,
    tmScore,
    lddt: lddt.score,
    lddtPerResidue,
    moved,
  };
}
