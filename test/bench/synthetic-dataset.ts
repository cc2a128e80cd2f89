import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { atomOffset, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { ABSENT, UNITS_PER_ANGSTROM, type ChainRecord, type Dataset } from '#training/data/dataset';
import { Random } from '#training/data/random';

const NUM_CHAINS = 24;
const LENGTH = 160;
const CA = 1;
/** Longest distance from the first residue that the format holds, Å. */
const FARTHEST = 300;

/** Chains of random torsions and residues, CA atoms alone: as much work as real ones. */
export function syntheticDataset(): Dataset {
  const random = new Random(1);
  const coordinates = new Int16Array(NUM_CHAINS * LENGTH * 42).fill(ABSENT);
  const chains = Array.from({ length: NUM_CHAINS }, (_, index): ChainRecord => {
    const aatype = Array.from({ length: LENGTH }, () => random.below(20));
    const angles = Float64Array.from({ length: 2 * LENGTH }, () => 6 * random.uniform() - 3);
    const chain = emptyChain(LENGTH);
    placeChain(chain, angles, aatype);
    for (let i = 0; i < LENGTH; i++) {
      for (let k = 0; k < 3; k++) {
        const at = Math.max(-FARTHEST, Math.min(FARTHEST, chain.atoms[atomOffset(i, CA) + k]!));
        coordinates[((index * LENGTH + i) * 14 + CA) * 3 + k] = Math.round(at * UNITS_PER_ANGSTROM);
      }
    }
    return {
      id: String(index),
      pdb: '0000',
      chain: 'A',
      offset: index * LENGTH,
      length: LENGTH,
      split: index < NUM_CHAINS - 2 ? 'train' : 'val',
      cluster: String(index),
      kind: 'all-atom',
      sequence: aatype.map((type) => RESIDUE_LETTERS[type]).join(''),
      numbering: `1:${LENGTH}`,
    };
  });
  return { chains, coordinates };
}
