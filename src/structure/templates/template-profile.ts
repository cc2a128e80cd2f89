import { UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import type { PlaceProfile } from '#sequence/pair-posteriors';
import type { TemplateChain } from './template-chain.js';
import { templateEnvironments } from './template-environments.js';

/**
 * Half bits by which each residue (ARNDCQEGHILKMFPSTWYV) is more frequent in an environment than elsewhere: helices,
 * strands and the rest, each from the surface inwards. Of the 5,029 all-atom training chains, each cluster counted once;
 * `npm run bench:template-alignment -- DATA --environments` counts them.
 */
// prettier-ignore
const ENVIRONMENT_SCORES = [
  [0.7, 0.8, 0, 1, -4.6, 0.8, 2.7, -5.6, -1.3, -2.2, -1.2, 1.5, -1.5, -1.3, 1, 0.7, -0.5, -0.4, -2.4, -2.4],
  [0.7, 1, -0.1, 0.8, -4.4, 1.4, 2.2, -3.6, -0.7, -0.9, -0.6, 1.4, -0.7, -1, -0.5, 0.1, -0.7, -1, -2, -1.2],
  [0.1, 1.4, -0.1, 0.3, -3.2, 1.5, 1.8, -2, 0, -0.8, -0.2, 1.4, -0.2, -0.9, -2, -0.5, -0.6, -0.5, -0.8, -1.2],
  [0.4, 0.6, -1.2, -1.1, -1, 0.4, 0, -1.9, 0.2, 0.7, 1.2, 0, 1, 0.7, -2.4, -1.3, -0.8, 0.8, 0.7, 0],
  [1.9, -2.4, -2, -3.2, 1.2, -2, -3, -0.6, -0.9, 1.4, 1.7, -3.9, 1.6, 1.2, -2.9, -0.9, -0.7, 0.7, 0.4, 0.9],
  [-1.5, 0.6, 1.4, 1.7, -9.8, 1.2, 0.8, -2.1, 1.9, -2.3, -4.4, 2.8, -4.7, -4.2, -1.6, 0.5, 1.7, -4.7, -1.2, -0.5],
  [-2, 0.8, 0.4, -0.1, -4.5, 1.3, 1.6, -2.1, 0.3, -0.6, -1.9, 1.4, -1.6, -1.3, -0.5, 0.7, 1.7, -0.7, -0.8, 0],
  [-1.9, 0.9, -0.4, -0.3, -2.1, 0.6, 0.8, -1.9, 0.2, 0.1, -0.9, 1.1, -1.2, -0.3, -1.1, 0.4, 1.5, -0.1, 0.5, 0.5],
  [-1.4, 0.4, -1.2, -1.3, 0.5, 0, -0.5, -0.7, 0.4, 0.8, -0.2, 0.2, -0.4, 0.6, -3.2, -0.2, 0.8, 0.8, 1.4, 1.2],
  [0.2, -2.2, -2.7, -3.2, 2.3, -2.6, -4.2, -0.7, -0.8, 2.1, 0.9, -3.7, 0.5, 1.5, -3.6, -1, -0.8, 1.3, 1.5, 2.4],
  [-0.6, 0.1, 1.3, 1.5, -4.1, 0.5, 1.1, 0.2, 0.6, -2.8, -2.4, 1, -0.2, -2.1, 2.1, 1, 0.1, -3.1, -2.4, -2.1],
  [-1, 0, 1.6, 1.7, -3.1, 0.3, 0.8, 1.4, 0.1, -3.2, -2.7, 1, -1.9, -2.6, 1.8, 1, 0.5, -2.4, -2.4, -2.6],
  [-1.2, 0.3, 1.3, 1.2, -0.9, 0.2, -0.1, 1.5, 0.2, -2.3, -1.6, 0.5, -1.2, -1.7, 1.6, 0.7, 0.4, -1.2, -1.2, -1.8],
  [-0.8, -0.4, 0.6, 0.4, 1.1, -0.7, -1.7, 1.3, 0.6, -0.6, -0.1, -1, -0.2, 0, 1.4, 0.2, 0.1, 0.3, 0.5, -0.7],
  [0.3, -2.2, 0, -0.8, 2.5, -2.3, -3.8, 1.5, 0.2, -0.1, 0.4, -4, 0.4, 0.7, 1.5, 0.2, 0, 0.4, 0.2, 0.1],
];

/** Half bits. Chosen for where the pairs of training chains lie on one another, see `DECISIONS.md`. */
const GAP = { open: 13, extend: 1.2 };
/** Half bits that a gap costs more within a helix or a strand: relatives seldom have any there. */
const FIRMNESS = 9;
/** Half bits for each pair: what the fold makes of a residue is better guessed by a doubtful partner than by none. */
const PAIRED = 0.5;

/**
 * What each residue of a template scores with each type: BLOSUM62, and how much the type is at home where the residue
 * lies.
 */
export function templateProfile(chain: TemplateChain): PlaceProfile {
  const { aatype } = chain;
  const { environments, states } = templateEnvironments(chain);
  const numTypes = UNKNOWN_AATYPE + 1;
  const scores = Float64Array.from({ length: numTypes * aatype.length }, (_, at) => {
    const [place, type] = [Math.floor(at / numTypes), at % numTypes];
    const atHome = ENVIRONMENT_SCORES[environments[place]!]?.[type] ?? 0;
    return BLOSUM62[type]![aatype[place]!]! + atHome + PAIRED;
  });
  const firmness = Float64Array.from(aatype, (_, place) =>
    states[place] !== 'C' && states[place] === states[place + 1] ? FIRMNESS : 0,
  );
  return { scores, gap: GAP, firmness };
}
