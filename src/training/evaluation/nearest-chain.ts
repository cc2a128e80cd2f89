import { UNKNOWN_AATYPE, aatypeOf } from '#sequence/amino-acids';
import { alignSequences, type PairwiseAlignment } from '#sequence/pairwise-alignment';
import { CA_SLOT } from '#structure/residues/atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { chainAtoms, type ChainRecord, type Dataset } from '#training/data/dataset';
import { traceAtoms } from './trace-scores.js';

/** Residues of the words that two chains must share to be aligned. */
const WORD = 3;
const NUM_TYPES = 20;
const NUM_WORDS = NUM_TYPES ** WORD;
/** Diagonals that are counted together, as a power of two: words on neighbouring ones suit one alignment. */
const BAND_BITS = 4;
/** Chains that are aligned: those that share most words along a band of diagonals. */
const NUM_CANDIDATES = 50;

/** A known chain, and how it is aligned with the one asked for. */
export interface NearestChain {
  readonly record: ChainRecord;
  readonly alignment: PairwiseAlignment;
}

/**
 * A baseline: what is known already. The training chain whose sequence is most like that of a chain, laid over the
 * residues that it is aligned with.
 */
export class NearestChains {
  readonly #dataset: Dataset;
  readonly #chains: readonly ChainRecord[];
  /** `[residues]` types of all chains, joined, and the chain of each. */
  readonly #types: Uint8Array;
  readonly #chainAt: Uint32Array;
  /** Places of each word: those of word w from `#wordStart[w]` on. */
  readonly #wordStart = new Uint32Array(NUM_WORDS + 1);
  readonly #places: Uint32Array;

  /** @param dataset of which the chains of `train` are searched, those that resemble held-out ones left out */
  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#chains = dataset.chains.filter(({ split }) => split === 'train');
    const joined = this.#chains.map(({ sequence }) => sequence).join('');
    this.#types = aatypeOf(joined);
    this.#chainAt = new Uint32Array(joined.length);
    let start = 0;
    for (const [chain, { length }] of this.#chains.entries()) {
      this.#chainAt.fill(chain, start, (start += length));
    }
    const words = wordsOf(this.#types);
    for (const word of words) if (word >= 0) this.#wordStart[word + 1]!++;
    for (let word = 0; word < NUM_WORDS; word++)
      this.#wordStart[word + 1]! += this.#wordStart[word]!;
    this.#places = new Uint32Array(this.#wordStart[NUM_WORDS]!);
    const next = this.#wordStart.slice();
    for (const [place, word] of words.entries()) if (word >= 0) this.#places[next[word]!++] = place;
  }

  /** The chain of another cluster with the best local alignment, if any shares a word. */
  find(record: ChainRecord): NearestChain | undefined {
    const types = aatypeOf(record.sequence);
    let nearest: NearestChain | undefined;
    for (const candidate of this.#candidates(types, record.cluster)) {
      const alignment = alignSequences(types, aatypeOf(candidate.sequence), { scope: 'local' });
      if (alignment.score > (nearest?.alignment.score ?? 0))
        nearest = { record: candidate, alignment };
    }
    return nearest;
  }

  /** The nearest chain's CA atoms where they are aligned; the other residues are absent. */
  trace(record: ChainRecord): ResidueAtoms {
    const positions = new Float32Array(3 * record.length);
    const isKnown = new Uint8Array(record.length);
    const nearest = this.find(record);
    if (nearest) {
      const known = chainAtoms(this.#dataset, nearest.record);
      for (const [here, there] of nearest.alignment.pairs) {
        const from = 14 * there + CA_SLOT;
        isKnown[here] = known.atom14Mask[from]!;
        for (let k = 0; k < 3; k++) positions[3 * here + k] = known.atom14[3 * from + k]!;
      }
    }
    return traceAtoms(positions, aatypeOf(record.sequence), isKnown);
  }

  #candidates(types: Uint8Array, cluster: string): ChainRecord[] {
    const numBands = (this.#types.length + types.length) >> BAND_BITS;
    const inBand = new Uint16Array(numBands + 1);
    const most = new Uint16Array(this.#chains.length);
    for (const [here, word] of wordsOf(types).entries()) {
      if (word < 0) continue;
      for (let at = this.#wordStart[word]!; at < this.#wordStart[word + 1]!; at++) {
        const there = this.#places[at]!;
        const shared = ++inBand[(there - here + types.length) >> BAND_BITS]!;
        const chain = this.#chainAt[there]!;
        if (shared > most[chain]!) most[chain] = shared;
      }
    }
    return [...most.keys()]
      .filter((chain) => most[chain]! > 0 && this.#chains[chain]!.cluster !== cluster)
      .sort((a, b) => most[b]! - most[a]!)
      .slice(0, NUM_CANDIDATES)
      .map((chain) => this.#chains[chain]!);
  }
}

/** `[N]` number of the word that starts at each residue; -1 at the end and where a residue is unknown. */
function wordsOf(types: Uint8Array): Int32Array {
  return Int32Array.from(types, (_, i) => {
    let word = 0;
    for (let k = 0; k < WORD; k++) {
      const type = types[i + k] ?? UNKNOWN_AATYPE;
      if (type === UNKNOWN_AATYPE) return -1;
      word = NUM_TYPES * word + type;
    }
    return word;
  });
}
