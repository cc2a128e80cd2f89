import {
  DISTOGRAM_BIN_WIDTH,
  FIRST_DISTOGRAM_CENTRE,
  NUM_DISTOGRAM_BINS,
} from '#layers/heads/distogram';
import { NUM_TORSION_BINS } from '#layers/heads/local-structure';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CB_SLOT } from '#structure/residues/atoms';
import { separation } from './atom-pair.js';
import type { ChainPrediction } from './folded-frames.js';
import { scaffoldTorsions, type Scaffold } from './scaffold.js';

const LAST = NUM_DISTOGRAM_BINS - 1;
/** How much distances of relatives differ: Å, and share of the distance. */
const DEVIATION = { least: 0.2, share: 0.012 };
/** Radians by which torsions of relatives differ. */
const TORSION_DEVIATION = 0.2;
const NUM_CELLS = NUM_TORSION_BINS ** 2;

/**
 * What a model says of a chain, but for what a scaffold knows better: distances between residues that both are known, and
 * torsions.
 *
 * @param predicted of N residues
 * @param scaffold of the same
 */
export function predictedByScaffold(
  predicted: ChainPrediction,
  scaffold: Scaffold,
): ChainPrediction {
  const angles = scaffoldTorsions(scaffold);
  const torsions = Float32Array.from(predicted.torsions);
  for (const [k, angle] of angles.entries()) {
    if (!Number.isNaN(angle)) torsions.set([Math.sin(angle), Math.cos(angle)], 2 * k);
  }
  return {
    ...predicted,
    distogram: knownDistances(predicted.distogram, scaffold),
    torsionLogits: knownTorsions(predicted.torsionLogits, angles),
    torsions,
  };
}

function knownDistances(distogram: Float32Array, { atoms, isKnown }: Scaffold): Float32Array {
  const logits = distogram.slice();
  const numResidues = isKnown.length;
  for (let i = 0; i < numResidues; i++) {
    for (let j = 0; j < numResidues; j++) {
      if (i === j || !isKnown[i] || !isKnown[j]) continue;
      const apart = separation(atoms, atomOffset(i, CB_SLOT), atomOffset(j, CB_SLOT));
      const deviation = DEVIATION.least + DEVIATION.share * apart;
      const start = (i * numResidues + j) * NUM_DISTOGRAM_BINS;
      for (let bin = 0; bin <= LAST; bin++) {
        const off = FIRST_DISTOGRAM_CENTRE + bin * DISTOGRAM_BIN_WIDTH - apart;
        const isBeyond = bin === LAST && off < 0;
        logits[start + bin] = isBeyond ? 0 : -((off / deviation) ** 2) / 2;
      }
    }
  }
  return logits;
}

function knownTorsions(grid: ArrayLike<number>, angles: Float64Array): Float32Array {
  const logits = Float32Array.from(grid);
  const squares = (angle: number) =>
    Float64Array.from({ length: NUM_TORSION_BINS }, (_, bin) => {
      const middle = ((bin + 0.5) / NUM_TORSION_BINS - 0.5) * 2 * Math.PI;
      const off = Math.atan2(Math.sin(middle - angle), Math.cos(middle - angle));
      return (off / TORSION_DEVIATION) ** 2 / 2;
    });
  for (let residue = 0; residue < angles.length / 2; residue++) {
    const [phi, psi] = [angles[2 * residue]!, angles[2 * residue + 1]!];
    if (Number.isNaN(phi) || Number.isNaN(psi)) continue;
    const [ofPhi, ofPsi] = [squares(phi), squares(psi)];
    for (let cell = 0; cell < NUM_CELLS; cell++) {
      const [row, column] = [Math.floor(cell / NUM_TORSION_BINS), cell % NUM_TORSION_BINS];
      logits[residue * NUM_CELLS + cell] = -ofPhi[row]! - ofPsi[column]!;
    }
  }
  return logits;
}
