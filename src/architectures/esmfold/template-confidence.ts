import { BLOSUM62 } from '#sequence/blosum62.generated';
import { tmScoreD0 } from '#structure/comparison/superposition-scores';
import { distance, pointAt } from '#structure/geometry/vector3';
import type { AlignedTemplate } from '#structure/templates/align-templates';
import type { ScaffoldFrames } from '#structure/templates/template-scaffold';

/** What a chain of N residues was folded after, and what came out. */
export interface FoldedAfter {
  /** `[N]` types 0-20 */
  readonly aatype: ArrayLike<number>;
  /** Those that the scaffold was made of, in its order. */
  readonly templates: readonly AlignedTemplate[];
  readonly scaffold: ScaffoldFrames;
  /** `[N, 3]` CA of the prediction, Å */
  readonly trace: Float32Array;
  /** `[N]` 0-100, of the network, which knows nothing of templates */
  readonly plddt: Float32Array;
  readonly maxPae: number;
}

/** Confidence of a prediction. */
export interface TemplateConfidence {
  /** `[N]` 0-100 */
  readonly plddt: Float32Array;
  /** `[N, N]` Å */
  readonly pae: Float32Array;
  readonly ptm: number;
}

/**
 * Log odds of lDDT where residues are copied, as regression has them: of 43,156 residues in 311 pairs of training chains,
 * `data/weights/EXPERIMENTS.md`, 34.
 */
const ODDS = { start: -2.516, identity: 0.637, similarity: 0.207, run: 0.784, burial: 0.916, coverage: 2.07 }; // prettier-ignore
/** Residues to both sides over which similarity is averaged, the nearest counting most. */
const WINDOW = 5;
/** BLOSUM62 of a residue that has no partner. */
const UNPAIRED = -4;
/** Residues to the nearest gap, and neighbours, beyond which more say nothing. */
const MOST = { run: 8, neighbours: 30 };
/** Å within which CA atoms are neighbours. */
const NEIGHBOURHOOD = 10;
/** What is built between: it is trusted like the residues that it hangs on, times this, halving within so many residues. */
const BUILT = { share: 0.75, halving: 4 };
/** Regression on 36,930 pairs of the same residues; Å. */
const ALIGNED_ERROR = { scale: 0.4, ofFrame: 3.325, ofPoint: 0.663, byDistance: 1.646, unit: 10 };

/**
 * How far a prediction that was folded after templates can be trusted: by how alike the sequences are around a residue,
 * how far the next gap is and how deep it lies.
 */
export function templateConfidence(folded: FoldedAfter): TemplateConfidence {
  const copied = copiedLddt(folded);
  const plddt = Float32Array.from(
    copied,
    (share, i) => 100 * (share || builtLddt(folded, copied, i)),
  );
  const numResidues = plddt.length;
  const pae = new Float32Array(numResidues ** 2);
  for (let i = 0; i < numResidues; i++) {
    for (let j = 0; j < numResidues; j++) {
      if (i !== j) pae[i * numResidues + j] = alignedError(folded, plddt, i, j);
    }
  }
  return { plddt, pae, ptm: tmScoreBy(pae, numResidues) };
}

/** `[N]` 0-1; 0 where a residue is not copied. */
function copiedLddt({ aatype, templates, scaffold, trace }: FoldedAfter): Float64Array {
  const { templateOf, residueOf } = scaffold;
  const numResidues = templateOf.length;
  const coverage = templateOf.reduce((sum, of) => sum + Number(of >= 0), 0) / numResidues;
  const runs = runLengths(scaffold);
  const similarity = Float64Array.from(templateOf, (of, i) => {
    const type = of < 0 ? undefined : templates[of]!.chain.aatype[residueOf[i]!]!;
    return type === undefined ? UNPAIRED : BLOSUM62[aatype[i]!]![type]!;
  });
  return Float64Array.from(templateOf, (of, i) => {
    if (of < 0) return 0;
    const neighbours = countNeighbours(trace, templateOf, i);
    const odds =
      ODDS.start +
      ODDS.identity * templates[of]!.identity +
      ODDS.similarity * smoothed(similarity, i) +
      ODDS.run * (Math.min(MOST.run, runs[i]!) / MOST.run) +
      ODDS.burial * (Math.min(MOST.neighbours, neighbours) / MOST.neighbours) +
      ODDS.coverage * coverage;
    return 1 / (1 + Math.exp(-odds));
  });
}

/** `[N]` residues to the nearest one that does not follow its neighbour in the same template. */
function runLengths({ templateOf, residueOf }: ScaffoldFrames): Int32Array {
  const isJoined = (i: number) =>
    templateOf[i]! >= 0 &&
    templateOf[i] === templateOf[i + 1] &&
    residueOf[i]! + 1 === residueOf[i + 1]!;
  const runs = new Int32Array(templateOf.length);
  for (let i = 1; i < runs.length; i++) runs[i] = isJoined(i - 1) ? runs[i - 1]! + 1 : 0;
  for (let i = runs.length - 1, after = 0; i >= 0; i--) {
    after = i + 1 < runs.length && isJoined(i) ? after + 1 : 0;
    runs[i] = Math.min(runs[i]!, after);
  }
  return runs;
}

function smoothed(values: Float64Array, at: number): number {
  let [sum, total] = [0, 0];
  for (let k = -WINDOW; k <= WINDOW; k++) {
    const value = values[at + k];
    if (value === undefined) continue;
    const weight = 1 - Math.abs(k) / (WINDOW + 1);
    sum += weight * value;
    total += weight;
  }
  return sum / total;
}

function countNeighbours(trace: Float32Array, templateOf: Int32Array, residue: number): number {
  const here = pointAt(trace, residue);
  let count = 0;
  for (const [other, of] of templateOf.entries()) {
    if (of < 0 || other === residue) continue;
    if (distance(here, pointAt(trace, other)) < NEIGHBOURHOOD) count++;
  }
  return count;
}

/** 0-1, of a residue that was built without a template: between what the network says and what holds it. */
function builtLddt({ plddt }: FoldedAfter, copied: Float64Array, residue: number): number {
  const alone = plddt[residue]! / 100;
  let [best, apart] = [0, Infinity];
  for (const [other, share] of copied.entries()) {
    if (share === 0 || Math.abs(other - residue) >= apart) continue;
    [best, apart] = [share, Math.abs(other - residue)];
  }
  const held = 0.5 ** (apart / BUILT.halving);
  return alone + held * (Math.max(alone, BUILT.share * best) - alone);
}

/** Å, of residue j in the frame of residue i. */
function alignedError(
  { trace, maxPae }: FoldedAfter,
  plddt: Float32Array,
  i: number,
  j: number,
): number {
  const { scale, ofFrame, ofPoint, byDistance, unit } = ALIGNED_ERROR;
  const apart = distance(pointAt(trace, i), pointAt(trace, j));
  const doubt = ofFrame * (1 - plddt[i]! / 100) + ofPoint * (1 - plddt[j]! / 100);
  return Math.min(maxPae, scale * Math.exp(doubt) * (1 + apart / unit) ** byDistance);
}

/**
 * Predicted TM-score by the frame that sees most of the chain right. An aligned error is a mean; what it means for a score is
 * the mean over errors spread about it, most of them smaller.
 *
 * @source AlphaFold2 SI 1.9.7, equation 38: expectations over the bins of the predicted error
 */
function tmScoreBy(pae: Float32Array, numResidues: number): number {
  const d0 = tmScoreD0(numResidues);
  let best = 0;
  for (let i = 0; i < numResidues; i++) {
    let sum = 0;
    for (let j = 0; j < numResidues; j++) sum += expectedScore(pae[i * numResidues + j]! / d0);
    best = Math.max(best, sum / numResidues);
  }
  return best;
}

/** Errors about a mean of 1 as an exponential distribution has them, each as likely as the others. */
const SPREAD = Float64Array.from({ length: 8 }, (_, k) => -Math.log(1 - (k + 0.5) / 8));

/** What a residue adds to a TM-score whose error is so many d0 on the average. */
function expectedScore(error: number): number {
  let sum = 0;
  for (const share of SPREAD) sum += 1 / (1 + (share * error) ** 2);
  return sum / SPREAD.length;
}
