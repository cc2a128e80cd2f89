import type { Link } from '../viewer/link.js';

/** Neighbours in the chain attend to each other anyway; a link says more when it spans this many residues. */
const LEAST_SPAN = 4;

/**
 * The pairs of residues with the most attention between them, both ways added.
 *
 * @param weights `[N, N]`
 * @returns strongest first, weights relative to the strongest
 */
export function strongestLinks(weights: Float32Array, count: number): Link[] {
  const size = Math.round(Math.sqrt(weights.length));
  const links: Link[] = [];
  for (let from = 0; from < size; from++)
    for (let to = from + LEAST_SPAN; to < size; to++) {
      const weight = weights[from * size + to]! + weights[to * size + from]!;
      if (weight > 0) links.push({ from, to, weight });
    }
  links.sort((a, b) => b.weight - a.weight);
  const top = links[0]?.weight ?? 1;
  return links.slice(0, count).map((link) => ({ ...link, weight: link.weight / top }));
}
