import {
  NUM_TORSION_BINS,
  SECONDARY_STRUCTURE_STATES,
  torsionBin,
} from '#layers/heads/local-structure';
import { torsionsOf } from '#structure/backbone/torsions';
import { dssp } from '#structure/secondary-structure/dssp';
import { chainAtoms, type ChainRecord, type Dataset } from './dataset.js';

/** What a known chain says of its backbone, residue by residue. */
export interface LocalLabels {
  /** `[N]` class on the grid of phi and psi; -1 where unknown. */
  readonly torsionClass: Int16Array;
  /** `[N]` DSSP state; -1 where unknown. */
  readonly secondaryStructure: Int8Array;
}

const PHI = 1;
const PSI = 2;

/** Labels of one chain. Chains with only CA measured have none: their backbone was rebuilt. */
export function localLabels(dataset: Dataset, chain: ChainRecord): LocalLabels {
  const torsionClass = new Int16Array(chain.length).fill(-1);
  const secondaryStructure = new Int8Array(chain.length).fill(-1);
  if (chain.kind === 'ca-only') return { torsionClass, secondaryStructure };
  const atoms = chainAtoms(dataset, chain);
  const { sinCos, mask } = torsionsOf(atoms);
  const states = dssp(atoms);
  for (let i = 0; i < chain.length; i++) {
    secondaryStructure[i] = SECONDARY_STRUCTURE_STATES.indexOf(states[i]!);
    if (!mask[7 * i + PHI] || !mask[7 * i + PSI]) continue;
    const bin = (torsion: number) =>
      torsionBin(Math.atan2(sinCos[14 * i + 2 * torsion]!, sinCos[14 * i + 2 * torsion + 1]!));
    torsionClass[i] = bin(PHI) * NUM_TORSION_BINS + bin(PSI);
  }
  return { torsionClass, secondaryStructure };
}

/** Labels of all chains, each worked out when first asked for. */
export class LabelCache {
  readonly #dataset: Dataset;
  readonly #known = new Map<string, LocalLabels>();

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** Labels of one chain. */
  of(chain: ChainRecord): LocalLabels {
    let labels = this.#known.get(chain.id);
    if (!labels) this.#known.set(chain.id, (labels = localLabels(this.#dataset, chain)));
    return labels;
  }
}
