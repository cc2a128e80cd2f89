import { rigidChainAt } from '#structure/backbone/rigid-chain';
import { CHAIN_ATOMS } from '#structure/backbone/torsion-chain';
import { distance, pointAt } from '#structure/geometry/vector3';
import { CB_SLOT } from '#structure/residues/atoms';
import { dssp, threeStates } from '#structure/secondary-structure/dssp';
import type { TemplateChain } from './template-chain.js';
import { templateFrames } from './template-frames.js';

/** Helix, strand, neither. */
const STATES = 'HEC';
/** Å within which pseudo-betas are neighbours. */
const NEIGHBOURHOOD = 10;
/** Neighbours from which on a residue lies one level deeper. */
const LEVELS = [8, 12, 16, 21];
/** Secondary structure times levels of depth. */
export const NUM_ENVIRONMENTS = STATES.length * (LEVELS.length + 1);

/** Where in its fold each of the M residues of a template lies. */
export interface TemplateEnvironments {
  /** `[M]` below {@link NUM_ENVIRONMENTS}: helices, strands and the rest, each by depth; -1 where N, C or O is unknown */
  readonly environments: Int8Array;
  /** `[M]` letters H, E and C */
  readonly states: string;
}

/** Secondary structure and depth of a template's residues, of the chain by itself. */
export function templateEnvironments(chain: TemplateChain): TemplateEnvironments {
  const { aatype, atom14Mask } = chain;
  const states = threeStates(
    dssp({
      ...chain,
      chainIndex: new Int32Array(aatype.length),
      residueIndex: Int32Array.from(aatype.keys()),
    }),
  );
  const depths = depthsOf(chain);
  const environments = Int8Array.from(aatype, (_, i) => {
    const isKnown = [0, 1, 2, 3].every((slot) => atom14Mask[14 * i + slot]);
    if (!isKnown) return -1;
    return STATES.indexOf(states[i]!) * (LEVELS.length + 1) + depths[i]!;
  });
  return { environments, states };
}

/** `[M]` levels, 0 at the surface */
function depthsOf(chain: TemplateChain): Uint8Array {
  const frames = templateFrames(chain);
  const rotations = Float64Array.from(
    frames.flatMap((found) => found?.frame.rotation ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]),
  );
  const origins = Float64Array.from(
    frames.flatMap((found) => [...(found?.frame.translation ?? [NaN, NaN, NaN])]),
  );
  const { atoms } = rigidChainAt(rotations, origins, chain.aatype);
  const points = frames.map((_, i) => pointAt(atoms, CHAIN_ATOMS * i + CB_SLOT));
  return Uint8Array.from(points, (here, i) => {
    const neighbours = points.filter(
      (there, j) => j !== i && distance(here, there) < NEIGHBOURHOOD,
    );
    return LEVELS.filter((level) => neighbours.length >= level).length;
  });
}
