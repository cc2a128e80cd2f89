import type { Mesh } from '#web/viewer/mesh';

/** The i-th of `[V, 3]`. */
export const pointOf = (values: Float32Array, i: number): [number, number, number] => [
  values[3 * i]!,
  values[3 * i + 1]!,
  values[3 * i + 2]!,
];

/** How often each edge of triangles is there, as `from to`; `nameOf` may give one name to vertices in one place. */
export function directedEdges(
  indices: Uint32Array,
  nameOf: (vertex: number) => string | number = (vertex) => vertex,
): Map<string, number> {
  const edges = new Map<string, number>();
  for (let t = 0; t < indices.length; t += 3) {
    const names = [0, 1, 2].map((k) => nameOf(indices[t + k]!));
    if (new Set(names).size < 3) continue; // a triangle without area
    for (const [k, name] of names.entries()) {
      const edge = `${name} ${names[(k + 1) % 3]!}`;
      edges.set(edge, (edges.get(edge) ?? 0) + 1);
    }
  }
  return edges;
}

/** Volume inside a closed mesh. */
export function volumeOf({ positions, indices }: Mesh): number {
  let sum = 0;
  for (let t = 0; t < indices.length; t += 3) {
    const [[a, b, c], [d, e, f], [g, h, i]] = [0, 1, 2].map((k) =>
      pointOf(positions, indices[t + k]!),
    ) as [[number, number, number], [number, number, number], [number, number, number]];
    sum += (a * (e * i - f * h) + b * (f * g - d * i) + c * (d * h - e * g)) / 6;
  }
  return sum;
}
