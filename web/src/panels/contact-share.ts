import { strongestLinks } from './strongest-links.js';

/**
 * How many of the N strongest pairs of an attention map touch in the structure: precision of the head as a contact
 * predictor.
 *
 * @param weights `[N, N]`
 * @param distances `[N, N]` Å
 * @param limit Å
 * @returns 0-1; 0 without any pair
 */
export function contactShare(
  weights: Float32Array,
  distances: Float32Array,
  limit: number,
): number {
  const size = Math.round(Math.sqrt(weights.length));
  const links = strongestLinks(weights, size);
  const touching = links.filter(({ from, to }) => distances[from * size + to]! < limit);
  return links.length > 0 ? touching.length / links.length : 0;
}
