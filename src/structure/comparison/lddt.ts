import { FoldError } from '#errors';
import { ATOM14_NAMES, CA_SLOT } from '#structure/residues/atoms';
import { countResidues, type ResidueAtoms } from '#structure/residues/residue-atoms';
import { ATOM14_SWAP } from '#structure/residues/symmetric-atoms';

/** Å; true distances up to this count. */
export const INCLUSION_RADIUS = 15;
/** Å; a distance earns a quarter for each of these that its error does not exceed. */
export const THRESHOLDS = [0.5, 1, 2, 4] as const;

const ALL_SLOTS = Array.from({ length: 14 }, (_, slot) => slot);

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

/** Points of the truth, residue by residue, and where the model has them. */
interface Points {
  /** `[N + 1]` points of residue i are `start[i]` … `start[i + 1] - 1`. */
  readonly start: Int32Array;
  /** `[P]` */
  readonly residueOf: Int32Array;
  /** `[P, 3]` Å */
  readonly truth: Float64Array;
  /** `[P, 3]` Å; NaN where the model lacks the point, so that it keeps no distance. */
  readonly model: Float64Array;
  /** `[P, 3]` the same when the model's symmetric atoms exchange their names. */
  readonly renamed: Float64Array;
  /** `[P]` 1 where the model's atom may exchange its name with another. */
  readonly isSymmetric: Uint8Array;
  /** `[P]` 1 where the truth's atom may not, so that others are measured against it. */
  readonly isAnchor: Uint8Array;
}

/** Slot in one residue type of the atom that another type calls so; -1 where it has none. */
function slotOfSameName(slot: number, of: number, inType: number): number {
  return of === inType ? slot : ATOM14_NAMES[inType]!.indexOf(ATOM14_NAMES[of]![slot]!);
}

/** One known atom of the truth, and the atom of the model that goes by its name: places in atom14, -1 for none. */
interface NamedAtom {
  readonly residue: number;
  readonly truth: number;
  readonly model: number;
  /** The model's atom when its symmetric atoms exchange their names. */
  readonly renamed: number;
  readonly isAnchor: boolean;
}

function* namedAtoms(
  model: ResidueAtoms,
  truth: ResidueAtoms,
  slots: readonly number[],
): Iterable<NamedAtom> {
  for (let residue = 0; residue < truth.aatype.length; residue++) {
    const [realType, modelType] = [truth.aatype[residue]!, model.aatype[residue]!];
    for (const slot of slots) {
      if (!(truth.atom14Mask[14 * residue + slot]! > 0)) continue;
      const modelSlot = slotOfSameName(slot, realType, modelType);
      const renamedSlot = ATOM14_SWAP[14 * modelType + modelSlot]!;
      yield {
        residue,
        truth: 14 * residue + slot,
        model: modelSlot < 0 ? -1 : 14 * residue + modelSlot,
        renamed: modelSlot < 0 ? -1 : 14 * residue + renamedSlot,
        isAnchor: ATOM14_SWAP[14 * realType + slot] === slot,
      };
    }
  }
}

function collectPoints(model: ResidueAtoms, truth: ResidueAtoms, slots: readonly number[]): Points {
  const atoms = [...namedAtoms(model, truth, slots)];
  const start = new Int32Array(truth.aatype.length + 1);
  for (const { residue } of atoms) start[residue + 1]!++;
  for (let residue = 0; residue + 1 < start.length; residue++)
    start[residue + 1]! += start[residue]!;
  const coordinates = (of: ResidueAtoms, places: readonly number[]): Float64Array =>
    Float64Array.from({ length: 3 * places.length }, (_, i) => {
      const atom = places[Math.floor(i / 3)]!;
      return of.atom14Mask[atom]! > 0 ? of.atom14[3 * atom + (i % 3)]! : Number.NaN;
    });
  return {
    start,
    residueOf: Int32Array.from(atoms, ({ residue }) => residue),
    truth: coordinates(
      truth,
      atoms.map((atom) => atom.truth),
    ),
    model: coordinates(
      model,
      atoms.map((atom) => atom.model),
    ),
    renamed: coordinates(
      model,
      atoms.map((atom) => atom.renamed),
    ),
    isSymmetric: Uint8Array.from(atoms, (atom) => Number(atom.renamed !== atom.model)),
    isAnchor: Uint8Array.from(atoms, (atom) => Number(atom.isAnchor)),
  };
}

function distanceBetween(from: Float64Array, a: number, to: Float64Array, b: number): number {
  const x = from[3 * a]! - to[3 * b]!;
  const y = from[3 * a + 1]! - to[3 * b + 1]!;
  const z = from[3 * a + 2]! - to[3 * b + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/** Quarters that a distance earns, 0-4; 0 for an error of NaN. */
function quarters(error: number): number {
  if (!(error <= THRESHOLDS[3])) return 0;
  if (error > THRESHOLDS[2]) return 1;
  if (error > THRESHOLDS[1]) return 2;
  return error > THRESHOLDS[0] ? 3 : 4;
}

type ResiduePairs = readonly (readonly [number, number])[];

/** Pairs of residues so far apart in the chain, the earlier first, some of whose true distances may count. */
function nearResidues({ start, truth }: Points, leastSeparation: number): ResiduePairs {
  const numResidues = start.length - 1;
  const radius = Float64Array.from({ length: numResidues }, (_, residue) => {
    const [first, end] = [start[residue]!, start[residue + 1]!];
    let furthest = -Infinity; // near nothing, where no point is known
    for (let point = first; point < end; point++)
      furthest = Math.max(furthest, distanceBetween(truth, first, truth, point));
    return furthest;
  });
  const near: [number, number][] = [];
  for (let i = 0; i < numResidues; i++)
    for (let j = i + leastSeparation; j < numResidues; j++) {
      const reach = INCLUSION_RADIUS + radius[i]! + radius[j]!;
      if (distanceBetween(truth, start[i]!, truth, start[j]!) <= reach) near.push([i, j]);
    }
  return near;
}

/** Calls `visit` with each true distance that counts and its points. */
function eachDistance(
  { start, truth }: Points,
  near: ResiduePairs,
  visit: (distance: number, a: number, b: number) => void,
): void {
  for (const [i, j] of near)
    for (let a = start[i]!; a < start[i + 1]!; a++)
      for (let b = start[j]!; b < start[j + 1]!; b++) {
        const distance = distanceBetween(truth, a, truth, b);
        if (distance < INCLUSION_RADIUS) visit(distance, a, b);
      }
}

/**
 * The model with its symmetric atoms under the names that keep more of their distances to all other atoms.
 *
 * @source Mariani et al. 2013, "lDDT: a local superposition-free score", Materials and methods
 */
function withBestNames(points: Points, near: ResiduePairs): Float64Array {
  const { start, residueOf, model, renamed, isSymmetric, isAnchor } = points;
  const gain = new Float64Array(start.length - 1);
  const compareNames = (distance: number, point: number, anchor: number): void => {
    if (isSymmetric[point] === 0 || isAnchor[anchor] === 0) return;
    const errorAs = (named: Float64Array): number =>
      Math.abs(distance - distanceBetween(named, point, model, anchor));
    gain[residueOf[point]!]! += quarters(errorAs(renamed)) - quarters(errorAs(model));
  };
  eachDistance(points, near, (distance, a, b) => {
    compareNames(distance, a, b);
    compareNames(distance, b, a);
  });
  const best = model.slice();
  for (const [residue, better] of gain.entries()) {
    const [from, to] = [3 * start[residue]!, 3 * start[residue + 1]!];
    if (better > 0) best.set(renamed.subarray(from, to), from);
  }
  return best;
}

function lddtOver(points: Points, leastSeparation: number): Lddt {
  const { start, residueOf, isSymmetric } = points;
  const near = nearResidues(points, leastSeparation);
  const model = isSymmetric.includes(1) ? withBestNames(points, near) : points.model;
  const [kept, pairs] = [new Float64Array(start.length - 1), new Float64Array(start.length - 1)];
  eachDistance(points, near, (distance, a, b) => {
    const earned = quarters(Math.abs(distance - distanceBetween(model, a, model, b)));
    for (const residue of [residueOf[a]!, residueOf[b]!]) {
      pairs[residue]! += 1;
      kept[residue]! += earned;
    }
  });
  const mask = Uint8Array.from(pairs, (_, residue) =>
    start[residue + 1]! - start[residue]! > 0 ? 1 : 0,
  );
  return summarise(kept, pairs, mask);
}

/** Scores from the quarters that each residue's distances keep, and their number. */
function summarise(kept: Float64Array, pairs: Float64Array, mask: Uint8Array): Lddt {
  const sum = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((total, value) => total + value, 0);
  const perResidue = Float32Array.from(mask, (isKnown, residue) =>
    pairs[residue]! > 0 ? kept[residue]! / (4 * pairs[residue]!) : isKnown,
  );
  const [allPairs, known] = [sum(pairs), sum(mask)];
  return {
    score: allPairs > 0 ? sum(kept) / (4 * allPairs) : 1,
    mean: known > 0 ? sum(perResidue) / known : 1,
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
  return lddtOver(collectPoints(model, truth, [CA_SLOT]), leastSeparation);
}

/**
 * lDDT over all heavy atoms, without distances inside a residue; symmetric atoms take the names that suit better. Where
 * residue types differ, atoms of the same name are compared.
 *
 * @param model predicted structure; an atom it lacks keeps no distance
 * @param truth the structure that decides which distances count
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source Mariani et al. 2013, "lDDT: a local superposition-free score"
 */
export function lddtAllAtom(model: ResidueAtoms, truth: ResidueAtoms): Lddt {
  checkSameLength(model, truth);
  return lddtOver(collectPoints(model, truth, ALL_SLOTS), 1);
}
