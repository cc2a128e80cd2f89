import { mean } from './statistics.js';
import type { TraceScores } from './trace-scores.js';

/** Mean scores over some chains. */
export interface MeanScores extends TraceScores {
  readonly name: string;
  /** How many chains. */
  readonly count: number;
  /** The means with each residue counted once, where the others count each chain once. */
  readonly pooled: TraceScores;
}

/** Scores of one chain. */
type ChainScores = TraceScores & { readonly numResidues: number };

/** Mean scores of a group of chains; nothing of none. */
export function meanScores(name: string, chains: readonly ChainScores[]): MeanScores[] {
  if (chains.length === 0) return [];
  const numResidues = mean(chains.map((chain) => chain.numResidues));
  const average = (weight: (chain: ChainScores) => number): TraceScores => {
    const of = (key: keyof TraceScores) => mean(chains.map((chain) => weight(chain) * chain[key]));
    return {
      tm: of('tm'),
      lddtCa: of('lddtCa'),
      distantLddtCa: of('distantLddtCa'),
      gdtTs: of('gdtTs'),
    };
  };
  return [
    {
      name,
      count: chains.length,
      ...average(() => 1),
      pooled: average((chain) => chain.numResidues / numResidues),
    },
  ];
}
