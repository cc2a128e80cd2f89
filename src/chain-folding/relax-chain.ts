import {
  MOVES,
  moveGradient,
  moveResidues,
  rigidChainOf,
  type RigidChain,
} from '#structure/backbone/rigid-chain';
import { addTorsionForces, backboneTorsions, measureTorsions } from './backbone-torsions.js';
import { Descent } from './descent.js';
import type { ChainPotential } from './fold-chain.js';
import { addHydrogenBonds, isFormed, type HydrogenBond } from './hydrogen-bonds.js';
import { addPairEnergy } from './pair-potential.js';
import { peptideBonds } from './peptide-bonds.js';
import { addRepulsion, nearPairs, type NearPairs } from './repulsion.js';
import type { Scaffold } from './scaffold.js';
import { sheetBonds, type LadderBonds } from './sheet-bonds.js';
import { addSprings } from './springs.js';
import { strandLadders } from './strand-ladders.js';
import { addTethers } from './tethers.js';
import { addStrandEnergy, addTorsionEnergy } from './torsion-potential.js';

const NUM_STEPS = 1200;
/** Steps for which the forces of all pairs, and which residues are near, are kept: they change little and take long. */
const RENEWAL = 4;
/** Å that a step moves a residue by at most, at first. */
const STEP_SIZE = 0.05;
/** Å that two residues come nearer in a step at most: each by three coordinates. */
const FASTEST_APPROACH = 2 * Math.sqrt(3) * STEP_SIZE;
/** Part of the steps over which the repulsion grows: strands must pass what is in their way. */
const SOFT_PART = 0.7;
/** Part of the steps after which strands that have not met are let go. */
const TRIAL_PART = 0.5;
/** Part of a ladder's bonds that must be formed by then. */
const LEAST_FORMED = 0.6;

/** Against what the chain folded by: what overlaps and turns badly is to be mended now. */
const SHARES = { distances: 12, repulsion: 40, torsions: 6 };
const HYDROGEN_BONDS = 12;
const STRANDS = 15;
/** Of a CA in its place. Strong, as is what the torsions ask for then: peptide planes turn, and CA atoms stay. */
const ON_SCAFFOLD = { tethers: 40, torsions: 24 };

/** What is known of a chain of N residues that is to be relaxed. */
export interface RelaxedChain {
  /** `[N]` probability that a residue is in a strand */
  readonly strand: ArrayLike<number>;
  /** `[N]` */
  readonly aatype: ArrayLike<number>;
  /** Holds residues in their places; the folded chain lies on it. */
  readonly scaffold?: Scaffold | undefined;
}

/**
 * Relaxes a folded chain. Residues move on their own, held together by their peptide bonds, so that strands come together
 * without moving the rest of the chain, and what overlaps goes apart.
 *
 * @param potential that the chain folded by
 * @param atoms `[N, 5, 3]` of the folded chain, Å
 * @param known of the residues
 * @source our own; the published structure modules learn from homologous sequences which strands bond
 */
export function relaxChain(
  { distances, torsions }: ChainPotential,
  atoms: Float64Array,
  { strand, aatype, scaffold }: RelaxedChain,
): RigidChain {
  const chain = rigidChainOf(atoms, aatype);
  const peptides = peptideBonds(aatype.length);
  const turns = backboneTorsions(aatype.length);
  const torsionShare = scaffold ? ON_SCAFFOLD.torsions : SHARES.torsions;
  const helices = helixBonds(chain.atoms, aatype.length);
  let sheet = sheetOf(sheetBonds(strandLadders(chain.atoms, strand), chain.atoms));
  let near: NearPairs = [];
  const byDistances = new Float64Array(chain.atoms.length);
  const byAtoms = new Float64Array(chain.atoms.length);
  const angles = new Float64Array(2 * aatype.length);
  const byAngles = new Float64Array(2 * aatype.length);
  const byMoves = new Float64Array(MOVES * aatype.length);
  const descent = new Descent(byMoves.length, NUM_STEPS, STEP_SIZE);
  for (let step = 1; step <= NUM_STEPS; step++) {
    if (step === TRIAL_PART * NUM_STEPS) {
      sheet = sheetOf(sheet.ladders.filter((ladder) => hasMet(ladder, chain.atoms)));
    }
    const firmness = Math.min(1, step / (SOFT_PART * NUM_STEPS));
    if (step % RENEWAL === 1) {
      byDistances.fill(0);
      addPairEnergy(distances, chain.atoms, byDistances, SHARES.distances);
      near = nearPairs(chain.atoms, RENEWAL * FASTEST_APPROACH);
    }
    byAtoms.set(byDistances);
    addRepulsion(chain.atoms, byAtoms, SHARES.repulsion * firmness, near);
    if (scaffold) addTethers(scaffold, chain.atoms, byAtoms, ON_SCAFFOLD.tethers);
    addSprings(peptides, chain.atoms, byAtoms);
    addSprings(sheet.springs, chain.atoms, byAtoms);
    addHydrogenBonds(helices, chain.atoms, byAtoms, HYDROGEN_BONDS);
    addHydrogenBonds(sheet.bonds, chain.atoms, byAtoms, HYDROGEN_BONDS);
    measureTorsions(turns, chain.atoms, angles);
    byAngles.fill(0);
    addTorsionEnergy(torsions, angles, byAngles, torsionShare);
    addStrandEnergy(sheet.residues, angles, byAngles, STRANDS);
    addTorsionForces(turns, chain.atoms, byAngles, byAtoms);
    moveGradient(chain, byAtoms, byMoves);
    moveResidues(chain, descent.next(byMoves));
  }
  return chain;
}

/** Everything that ladders ask for. */
function sheetOf(ladders: readonly LadderBonds[]) {
  return {
    ladders,
    bonds: ladders.flatMap(({ bonds }) => bonds),
    springs: ladders.flatMap(({ springs }) => springs),
    residues: [...new Set(ladders.flatMap(({ ladder }) => ladder.pairs.flat()))],
  };
}

/** From each N-H to the C=O four residues before, where the fold has brought them together. */
function helixBonds(atoms: Float64Array, numResidues: number): HydrogenBond[] {
  return Array.from({ length: Math.max(0, numResidues - 4) }, (_, i) => ({
    donor: i + 4,
    acceptor: i,
  })).filter((bond) => isFormed(bond, atoms));
}

function hasMet({ bonds }: LadderBonds, atoms: Float64Array): boolean {
  const formed = bonds.filter((bond) => isFormed(bond, atoms));
  return formed.length >= LEAST_FORMED * bonds.length;
}
