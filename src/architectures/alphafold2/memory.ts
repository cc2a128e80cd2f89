import type { Fitted } from '#execution/graph-runner';
import type { Alphafold2Config } from './config.js';

/** Holds all weights decoded. */
export function fitAlphafold2(config: Alphafold2Config): Fitted<Alphafold2Config> {
  return { config, holding: 'decoded' };
}
