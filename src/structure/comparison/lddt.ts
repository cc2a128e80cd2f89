import { FoldError } from '#errors';
import { renameSymmetricAtoms } from '#structure/residues/ambiguous-atoms';
import { CA_SLOT } from '#structure/residues/atoms';
import { countResidues, type ResidueAtoms } from '#structure/residues/residue-atoms';

/** Å; true distances up to this count. */
export const INCLUSION_RADIUS = 15;
/** Å; a distance earns a quarter for each of these that its error does not exceed. */
export const THRESHOLDS = [0.5, 1, 2, 4] as const;

/** Local distance difference test: the share of true distances that a model keeps, 0-1. */
export interface Lddt {
  /** Over all distances. */
  readonly score: number;
  /** Mean of `perResidue` over the residues that `mask` marks. */
  readonly mean: number;
  /** `[N]` over the distances of each residue; 1 for a known residue without any, 0 for an unknown one. */
  readonly perResidue: Float32Array;
  /** `[N]` 1 where the residue is known in the truth. */
  readonly mask: Uint8Array;
}

/** Points to compare, sorted by residue. */
interface Points {
  readonly count: number;
  readonly residue: Int32Array;
  readonly truth: Float64Array;
  readonly model: Float64Array;
  /** 0 for a point that the model lacks: it keeps no distance. */
  readonly isModelled: Uint8Array;
}

function collectPoints(model: ResidueAtoms, truth: ResidueAtoms, slots: readonly number[]): Points {
  const numResidues = truth.aatype.length;
  const most = numResidues * slots.length;
  const residueOf = new Int32Array(most);
  const [truePoints, modelPoints] = [new Float64Array(3 * most), new Float64Array(3 * most)];
  const isModelled = new Uint8Array(most);
  let count = 0;
  for (let residue = 0; residue < numResidues; residue++) {
    for (const slot of slots) {
      const atom = 14 * residue + slot;
      if (!(truth.atom14Mask[atom]! > 0)) continue;
      residueOf[count] = residue;
      isModelled[count] = Number(model.atom14Mask[atom]! > 0);
      for (let axis = 0; axis < 3; axis++) {
        truePoints[3 * count + axis] = truth.atom14[3 * atom + axis]!;
        modelPoints[3 * count + axis] = model.atom14[3 * atom + axis]!;
      }
      count++;
    }
  }
  return { count, residue: residueOf, truth: truePoints, model: modelPoints, isModelled };
}

/** Quarters that a distance error earns, 0-4. */
function quarters(error: number): number {
  if (error > THRESHOLDS[3]) return 0;
  if (error > THRESHOLDS[2]) return 1;
  if (error > THRESHOLDS[1]) return 2;
  return error > THRESHOLDS[0] ? 3 : 4;
}

/** Adds up kept quarters and counted distances of each residue, between residues so far apart in the chain. */
function compareDistances(points: Points, numResidues: number, leastSeparation: number) {
  const kept = new Float64Array(numResidues);
  const pairs = new Float64Array(numResidues);
  const { count, residue, truth, model, isModelled } = points;
  const limit = INCLUSION_RADIUS * INCLUSION_RADIUS;
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [truth[3 * i]!, truth[3 * i + 1]!, truth[3 * i + 2]!];
    const [u, v, w] = [model[3 * i]!, model[3 * i + 1]!, model[3 * i + 2]!];
    const mine = residue[i]!;
    for (let j = i + 1; j < count; j++) {
      const dx = truth[3 * j]! - x;
      const dy = truth[3 * j + 1]! - y;
      const dz = truth[3 * j + 2]! - z;
      const squared = dx * dx + dy * dy + dz * dz;
      const other = residue[j]!;
      if (!(squared < limit) || other - mine < leastSeparation) continue;
      pairs[mine]! += 1;
      pairs[other]! += 1;
      if (isModelled[i] === 0 || isModelled[j] === 0) continue;
      const du = model[3 * j]! - u;
      const dv = model[3 * j + 1]! - v;
      const dw = model[3 * j + 2]! - w;
      const error = Math.abs(Math.sqrt(squared) - Math.sqrt(du * du + dv * dv + dw * dw));
      const earned = quarters(error);
      kept[mine]! += earned;
      kept[other]! += earned;
    }
  }
  return { kept, pairs };
}

function lddtOver(
  model: ResidueAtoms,
  truth: ResidueAtoms,
  slots: readonly number[],
  leastSeparation = 1,
): Lddt {
  const numResidues = truth.aatype.length;
  const points = collectPoints(model, truth, slots);
  const { kept, pairs } = compareDistances(points, numResidues, leastSeparation);
  const mask = new Uint8Array(numResidues);
  for (let i = 0; i < points.count; i++) mask[points.residue[i]!] = 1;
  const perResidue = new Float32Array(numResidues);
  let [allKept, allPairs, sum, known] = [0, 0, 0, 0];
  for (let residue = 0; residue < numResidues; residue++) {
    if (mask[residue] === 0) continue;
    const share = pairs[residue]! > 0 ? kept[residue]! / (4 * pairs[residue]!) : 1;
    perResidue[residue] = share;
    allKept += kept[residue]!;
    allPairs += pairs[residue]!;
    sum += share;
    known++;
  }
  return {
    score: allPairs > 0 ? allKept / (4 * allPairs) : 1,
    mean: known > 0 ? sum / known : 1,
    perResidue,
    mask,
  };
}

function checkSameLength(model: ResidueAtoms, truth: ResidueAtoms): void {
  const [modelled, real] = [countResidues(model), countResidues(truth)];
  if (modelled !== real)
    throw new FoldError(
      'STRUCTURE_MISMATCH',
      `cannot compare a model of ${modelled} residues with a structure of ${real}`,
      { hint: 'pass the same residues of both structures, in the same order' },
    );
}

/**
 * lDDT over CA atoms.
 *
 * @param model predicted structure; an atom it lacks keeps no distance
 * @param truth the structure that decides which distances count
 * @param leastSeparation places in the chain between residues whose distance counts: 1 counts all, 3 only those that
 *   a chain's bonds and angles leave open
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source Mariani et al. 2013, "lDDT: a local superposition-free score"
 */
export function lddtCa(model: ResidueAtoms, truth: ResidueAtoms, leastSeparation = 1): Lddt {
  checkSameLength(model, truth);
  return lddtOver(model, truth, [CA_SLOT], leastSeparation);
}

/**
 * lDDT over all heavy atoms, without distances inside a residue; atoms with ambiguous names take the
 * names that suit the model best.
 *
 * @param model predicted structure; an atom it lacks keeps no distance
 * @param truth the structure that decides which distances count
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source Mariani et al. 2013, "lDDT: a local superposition-free score"
 */
export function lddtAllAtom(model: ResidueAtoms, truth: ResidueAtoms): Lddt {
  checkSameLength(model, truth);
  const renamed = { ...truth, ...renameSymmetricAtoms(model.atom14, truth) };
  return lddtOver(
    model,
    renamed,
    Array.from({ length: 14 }, (_, slot) => slot),
  );
}
