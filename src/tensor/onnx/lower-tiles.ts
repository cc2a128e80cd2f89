import type { Shape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { OnnxBuilder } from './builder.js';
import { rowAxis, type RowTiles, type Tile } from './row-tiles.js';

/** Names the value of a tensor. */
type ValueOf = (tensor: Tensor) => string;

/** Says one node in ONNX operators and names its value. */
export type LowerNode = (node: Tensor, valueOf: ValueOf, onnx: OnnxBuilder) => string;

/**
 * Says tiles as a Scan, which hands its body slices of the first axis in place and writes what that gives likewise. Rows
 * that are left over follow as plain nodes.
 *
 * @param valueOf of what the tiles read
 * @returns the names of their results
 */
export function lowerTiles(
  { numRows, rowsInTile, results, tile }: RowTiles,
  valueOf: ValueOf,
  onnx: OnnxBuilder,
  lower: LowerNode,
): Map<Tensor, string> {
  const numLeft = numRows % rowsInTile;
  const rowsOf = (tensor: Tensor, from: number, to: number) => {
    const name = valueOf(tensor);
    if (from === 0 && to === numRows) return name;
    const axis = rowAxis(tensor.shape);
    const unit = tensor.shape[axis]! / numRows;
    const range = [[from * unit], [to * unit], [axis]].map((numbers) => onnx.int64(numbers));
    return onnx.node('Slice', [name, ...range]);
  };
  const full = tile(rowsInTile);
  const scanned = [...full.cut.keys()].map((tensor) => rowsOf(tensor, 0, numRows - numLeft));
  const tiled = scan(full, (numRows - numLeft) / rowsInTile, scanned, valueOf, onnx, lower);
  const left = numLeft > 0 ? tile(numLeft) : undefined;
  const leftNames = new Map(
    [...(left?.cut ?? [])].map(([outside, inside]) => [
      inside,
      rowsOf(outside, numRows - numLeft, numRows),
    ]),
  );
  const plain = left && lowerBody(left, leftNames, valueOf, onnx, lower);
  const names = new Map<Tensor, string>();
  for (const [i, node] of results.entries()) {
    const axis = rowAxis(node.shape);
    const shaped = (name: string, count: number) =>
      reshape(onnx, name, node.shape.with(axis, (node.shape[axis]! / numRows) * count));
    const rows = shaped(tiled[i]!, numRows - numLeft);
    const ofLeft = plain && shaped(plain[i]!, numLeft);
    names.set(node, ofLeft ? onnx.node('Concat', [rows, ofLeft], { axis }) : rows);
  }
  return names;
}

/** @returns names of the results, each `[numTiles, rows of a tile, ...]` */
function scan(
  tile: Tile,
  numTiles: number,
  cut: readonly string[],
  valueOf: ValueOf,
  onnx: OnnxBuilder,
  lower: LowerNode,
): string[] {
  const inner = onnx.body();
  const innerNames = new Map<Tensor, string>();
  const inputs = [...tile.cut.values()].map((inside, i) => {
    innerNames.set(inside, inner.bodyInput(inside.shape));
    return reshape(onnx, cut[i]!, [numTiles, ...inside.shape]);
  });
  const results = lowerBody(tile, innerNames, valueOf, inner, lower);
  // The same numbers may be wanted in several shapes.
  const suffixes = results.map((result) => String(results.indexOf(result)));
  for (const [i, result] of results.entries())
    if (results.indexOf(result) === i) inner.bodyOutput(result, tile.body.outputs[i]!.shape);
  const attributes = { body: { graph: inner.graph() }, num_scan_inputs: inputs.length };
  const first = onnx.nodeWithOutputs('Scan', inputs, [...new Set(suffixes)], attributes);
  return suffixes.map((suffix) => onnx.namedOutput(first, suffix));
}

/** Lowers a tile whose rows have the names `cut`; gives the names of its results. */
function lowerBody(
  { body, whole }: Tile,
  cut: ReadonlyMap<Tensor, string>,
  valueOf: ValueOf,
  onnx: OnnxBuilder,
  lower: LowerNode,
): string[] {
  const inside = new Map(cut);
  for (const [outside, input] of whole) inside.set(input, valueOf(outside));
  const insideValue = (tensor: Tensor) => inside.get(tensor)!;
  for (const node of body.nodes)
    if (!inside.has(node)) inside.set(node, lower(node, insideValue, onnx));
  return Object.values(body.outputs).map((tensor) => inside.get(tensor)!);
}

function reshape(onnx: OnnxBuilder, x: string, shape: Shape): string {
  return onnx.node('Reshape', [x, onnx.int64(shape)]);
}
