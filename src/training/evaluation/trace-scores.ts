import { lddtCa } from '#structure/comparison/lddt';
import type { RigidMotion } from '#structure/comparison/superposition';
import { superpositionScores } from '#structure/comparison/superposition-scores';
import { CA_SLOT } from '#structure/residues/atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';

/** How well the CA atoms of a model lie, each 0-1. */
export interface TraceScores {
  readonly tm: number;
  readonly lddtCa: number;
  /** lDDT-CA over residues at least {@link DISTANT} places apart: without what bonds and angles give for nothing. */
  readonly distantLddtCa: number;
  readonly gdtTs: number;
}

const DISTANT = 3;

/** Scores of a model, and what pictures and confidence are drawn from. */
export interface ScoredTrace extends TraceScores {
  /** `[N]` lDDT-CA; 0 where the CA is unknown. */
  readonly lddtPerResidue: Float32Array;
  /** `[N]` 1 where the CA is known. */
  readonly known: Uint8Array;
  /** Brings the model on the truth as TM-score has it. */
  readonly motion: RigidMotion;
}

/** Scores of a model's CA atoms against all that are known: residues that the model lacks count as wrong. */
export function scoreTrace(model: ResidueAtoms, truth: ResidueAtoms): ScoredTrace {
  const { mean, perResidue, mask: known } = lddtCa(model, truth);
  const [modelled, real] = [caPositions(model), caPositions(truth)];
  const compared = known.map((isKnown, i) => isKnown * model.atom14Mask[14 * i + CA_SLOT]!);
  const length = known.reduce((a, b) => a + b, 0);
  const { tmScore, gdtTs, motion } = superpositionScores(modelled, real, {
    mask: compared,
    length,
  });
  return {
    tm: tmScore,
    lddtCa: mean,
    distantLddtCa: lddtCa(model, truth, DISTANT).mean,
    gdtTs,
    lddtPerResidue: perResidue,
    known,
    motion,
  };
}

/** The scores alone. */
export function plainScores({ tm, lddtCa, distantLddtCa, gdtTs }: TraceScores): TraceScores {
  return { tm, lddtCa, distantLddtCa, gdtTs };
}

/** `[N, 3]` */
export function caPositions({ atom14, aatype }: ResidueAtoms): Float32Array {
  return Float32Array.from({ length: 3 * aatype.length }, (_, i) => {
    const residue = Math.floor(i / 3);
    return atom14[42 * residue + 3 * CA_SLOT + (i % 3)]!;
  });
}

/**
 * A chain of CA atoms alone, as a structure to score.
 *
 * @param positions `[N, 3]` Å
 * @param aatype `[N]`
 * @param known `[N]` > 0 where there is a CA; everywhere if absent
 */
export function traceAtoms(
  positions: ArrayLike<number>,
  aatype: ArrayLike<number>,
  known?: ArrayLike<number>,
): ResidueAtoms {
  const count = aatype.length;
  const atom14 = new Float32Array(42 * count);
  const atom14Mask = new Uint8Array(14 * count);
  for (let i = 0; i < count; i++) {
    atom14Mask[14 * i + CA_SLOT] = known ? known[i]! : 1;
    for (let k = 0; k < 3; k++) atom14[42 * i + 3 * CA_SLOT + k] = positions[3 * i + k]!;
  }
  return {
    aatype,
    atom14,
    atom14Mask,
    chainIndex: new Int32Array(count),
    residueIndex: Int32Array.from({ length: count }, (_, i) => i + 1),
  };
}

/** CA atoms on an α-helix: Å along its axis and radians about it for each residue, and Å from the axis. */
const HELIX = { rise: 1.5, turn: (100 * Math.PI) / 180, radius: 2.3 };

/** What a model that knows nothing but the length could say: one straight α-helix. `[N, 3]` CA positions. */
export function idealHelix(count: number): Float32Array {
  const { rise, turn, radius } = HELIX;
  return Float32Array.from(
    Array.from({ length: count }, (_, i) => [
      radius * Math.cos(turn * i),
      radius * Math.sin(turn * i),
      rise * i,
    ]).flat(),
  );
}
