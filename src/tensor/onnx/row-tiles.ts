/**
 * @file Finds what a graph computes row by row, so that it can be run a few rows at a time: a norm, the layers behind it and
 * the residual then hand each other tiles that stay in the processor's cache instead of tensors that do not.
 *
 * A row is a slice of the first axis that is longer than 1. Nodes that need no other row than their own may be tiled;
 * those that wait for the same whole tensors form a group, which is run as one loop over tiles.
 */
import type { Graph } from '#tensor/graph';
import { graphOf } from '#tensor/graph';
import type { OperationKind } from '#tensor/operation';
import type { Shape } from '#tensor/shape';
import { bytesOf, isKind, makeTensor, type Tensor } from '#tensor/tensor';

/** Least part of what a tile may take: smaller ones spend their time on starting threads. */
const LEAST_PART = 1 / 8;
/** Weights are read for each tile: larger ones are better read once. */
const WHOLE_FACTOR_BYTES = 2 * 2 ** 20;
/** Tensors of so many axes start a group: pair representations and alignments. */
const LEAST_RANK = 4;

/** A part of a graph that is run tile by tile. */
export interface RowTiles {
  readonly numRows: number;
  /** Of a tile; the last may have fewer. */
  readonly rowsInTile: number;
  /** Nodes of the graph that others than these tiles read. */
  readonly results: readonly Tensor[];
  /** What a tile of so many rows computes. */
  readonly tile: (rows: number) => Tile;
}

/** What some rows of a part of a graph are computed by. */
export interface Tile {
  /** Its outputs are the numbers of rows of the results, in whichever shape, named by their place among them. */
  readonly body: Graph;
  /** Inputs of the body that are rows of tensors outside, by these. */
  readonly cut: ReadonlyMap<Tensor, Tensor>;
  /** Inputs of the body that are tensors outside as they are, by these. */
  readonly whole: ReadonlyMap<Tensor, Tensor>;
}

/** What to run next. */
export type Step = Tensor | RowTiles;

/** How a node takes an input: the rows that it computes itself, or all of it. */
type Role = 'rows' | 'whole';

/** A node that may be tiled. */
interface TiledNode {
  readonly numRows: number;
  readonly roles: readonly Role[];
}

/** Nodes of a level with the same number of rows. */
interface Group {
  readonly numRows: number;
  readonly nodes: Tensor[];
}

/** The axis along which a tensor has rows; its rank where it has but one element. */
export function rowAxis(shape: Shape): number {
  const axis = shape.findIndex((size) => size > 1);
  return axis === -1 ? shape.length : axis;
}

/** Operations of which an element needs but the same element of each operand, where that is not 1 long. */
const BY_ELEMENT: ReadonlySet<OperationKind> = new Set([
  'negate', 'abs', 'sign', 'sqrt', 'reciprocal', 'exp', 'log', 'sigmoid', 'relu', 'erf', 'softplus',
  'add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'select',
]); // prettier-ignore

/** How a node takes its inputs if it is computed row by row; nothing where it cannot be. */
function rolesOf(node: Tensor): readonly Role[] | undefined {
  if (node.dtype !== 'float32') return undefined;
  const axis = rowAxis(node.shape);
  const last = node.shape.length - 1;
  if (axis >= last) return undefined;
  if (BY_ELEMENT.has(node.operation.kind)) return node.inputs.map((input) => aligned(input, node));
  if (isKind(node, 'softmax') || isKind(node, 'logSoftmax')) return ['rows'];
  if (isKind(node, 'layerNorm')) return ['rows', 'whole', 'whole'];
  if (isKind(node, 'reshape')) return ['rows'];
  if (isKind(node, 'slice'))
    return node.operation.axis === rowAxis(node.inputs[0]!.shape) ? undefined : ['rows'];
  if (isKind(node, 'transpose')) {
    const from = node.operation.permutation[axis];
    return from === rowAxis(node.inputs[0]!.shape) ? ['rows'] : undefined;
  }
  return isKind(node, 'matmul') ? rolesOfFactors(node, axis) : undefined;
}

/** Rows of an operand that broadcasts to the result. */
function aligned(operand: Tensor, result: Tensor): Role {
  const axis = rowAxis(result.shape);
  const own = axis - result.shape.length + operand.shape.length;
  return own >= 0 && operand.shape[own] === result.shape[axis] ? 'rows' : 'whole';
}

function rolesOfFactors(node: Tensor<'matmul'>, axis: number): readonly Role[] | undefined {
  const [a, b] = node.inputs as [Tensor, Tensor];
  if (axis < node.shape.length - 2) return [aligned(a, node), aligned(b, node)];
  const isTiled = !node.operation.transposeA && bytesOf(b) <= WHOLE_FACTOR_BYTES;
  return isTiled ? ['rows', 'whole'] : undefined;
}

/** Whether a tensor falls into so many rows. */
function hasRows({ shape }: Tensor, numRows: number): boolean {
  return (shape[rowAxis(shape)] ?? 1) % numRows === 0;
}

/**
 * Orders a graph into nodes and tiled parts.
 *
 * @param tileBytes what a node of a tile may read and write
 * @returns each step after those that it needs
 */
export function tileRows(graph: Graph, tileBytes: number): Step[] {
  const tiled = tiledNodes(graph);
  const levels = levelsOf(graph, tiled);
  const numLevels = Math.max(0, ...levels.values()) + 1;
  const loose = Array.from({ length: numLevels }, (): Tensor[] => []);
  const groups = Array.from({ length: numLevels }, () => new Map<number, Group>());
  const groupOf = new Map<Tensor, Group>();
  for (const node of graph.nodes) {
    const level = levels.get(node)!;
    const numRows = tiled.get(node)?.numRows;
    if (numRows === undefined) {
      loose[level]!.push(node);
      continue;
    }
    const group = groups[level]!.get(numRows) ?? { numRows, nodes: [] };
    groups[level]!.set(numRows, group);
    group.nodes.push(node);
    groupOf.set(node, group);
  }
  const isRead = readersOutside(graph, groupOf);
  return loose.flatMap((nodes, level): Step[] => [
    ...nodes,
    ...[...groups[level]!.values()].flatMap((group) => tiles(group, tiled, isRead, tileBytes)),
  ]);
}

/** Nodes that can be computed row by row, and in how many rows. */
function tiledNodes({ nodes }: Graph): Map<Tensor, TiledNode> {
  const tiled = new Map<Tensor, TiledNode>();
  // A statistic is a second result of its norm, which nothing hands out of a tile.
  const normsWithStatistics = new Set(
    nodes.filter((node) => isKind(node, 'layerNormStatistic')).map(({ inputs }) => inputs[0]!),
  );
  for (const node of nodes) {
    const roles = normsWithStatistics.has(node) ? undefined : rolesOf(node);
    const cut = node.inputs.filter((_, i) => roles?.[i] === 'rows');
    if (!roles || cut.length === 0) continue;
    const numRows =
      cut.map((input) => tiled.get(input)?.numRows).find((rows) => rows !== undefined) ??
      cut
        .filter(({ shape }) => shape.length >= LEAST_RANK)
        .map(({ shape }) => shape[rowAxis(shape)])[0];
    if (numRows === undefined || ![node, ...cut].every((tensor) => hasRows(tensor, numRows)))
      continue;
    tiled.set(node, { numRows, roles });
  }
  // The same numbers in another shape cost nothing outside of a tile, and a copy where they leave it.
  const isRead = new Set(nodes.flatMap((node) => (tiled.has(node) ? node.inputs : [])));
  for (const node of nodes.toReversed())
    if (isKind(node, 'reshape') && !isRead.has(node)) tiled.delete(node);
  return tiled;
}

/** Whether two nodes may be in one tile, the second reading the first. */
function staysInTile(
  tiled: ReadonlyMap<Tensor, TiledNode>,
  source: Tensor,
  reader: Tensor,
): boolean {
  const [from, to] = [tiled.get(source), tiled.get(reader)];
  if (!from || to?.numRows !== from.numRows) return false;
  return reader.inputs.every((input, i) => input !== source || to.roles[i] === 'rows');
}

/**
 * When nodes are run: at each level first those that are not tiled, then tiles. A tiled node is as late as its readers
 * let it be, so that it is in their tile.
 */
function levelsOf(
  { nodes, outputs }: Graph,
  tiled: ReadonlyMap<Tensor, TiledNode>,
): Map<Tensor, number> {
  const levels = new Map<Tensor, number>();
  for (const node of nodes) {
    const after = node.inputs.map(
      (input) => levels.get(input)! + Number(tiled.has(input) && !staysInTile(tiled, input, node)),
    );
    levels.set(node, Math.max(0, ...after));
  }
  /** The last level at which a node is in time for all that read it. */
  const latest = new Map<Tensor, number>();
  const results = new Set<Tensor>(Object.values(outputs));
  for (const node of nodes.toReversed()) {
    if (tiled.has(node) && !results.has(node)) levels.set(node, latest.get(node)!);
    for (const input of node.inputs) {
      const level = levels.get(node)! - Number(!staysInTile(tiled, input, node));
      latest.set(input, Math.min(latest.get(input) ?? level, level));
    }
  }
  return levels;
}

/** Tells of a node whether one of another group reads it, or whoever runs the graph. */
function readersOutside(
  { nodes, outputs }: Graph,
  groupOf: ReadonlyMap<Tensor, Group>,
): (node: Tensor) => boolean {
  const read = new Set<Tensor>(Object.values(outputs));
  for (const node of nodes)
    for (const input of node.inputs) if (groupOf.get(input) !== groupOf.get(node)) read.add(input);
  return (node) => read.has(node);
}

/** A group as tiles where that saves memory traffic, else its nodes. */
function tiles(
  { nodes, numRows }: Group,
  tiled: ReadonlyMap<Tensor, TiledNode>,
  isRead: (node: Tensor) => boolean,
  tileBytes: number,
): Step[] {
  const rowsInTile = rowsThatFit(mostOfRow(nodes, tiled) / numRows, numRows, tileBytes);
  const results = nodes.filter(isRead);
  const inner = nodes.filter((node) => !isRead(node) && !isKind(node, 'reshape'));
  const saved = sum(inner.map(bytesOf));
  const tile = (count: number) => tileOf(nodes, results, tiled, count / numRows);
  // Where rows are left over, all that the tiles read and give is copied.
  const copied =
    numRows % rowsInTile === 0 ? 0 : sum([...tile(numRows).cut.keys(), ...results].map(bytesOf));
  if (rowsInTile === numRows || saved < 2 * Math.max(tileBytes, copied)) return [...nodes];
  return [{ numRows, rowsInTile, results, tile }];
}

/** The nodes of a group for a part of its rows. */
function tileOf(
  group: readonly Tensor[],
  results: readonly Tensor[],
  tiled: ReadonlyMap<Tensor, TiledNode>,
  part: number,
): Tile {
  const inside = new Map<Tensor, Tensor>();
  const [cut, whole] = [new Map<Tensor, Tensor>(), new Map<Tensor, Tensor>()];
  const tileShape = ({ shape }: Tensor) => {
    const axis = rowAxis(shape);
    return shape.with(axis, Math.round(shape[axis]! * part));
  };
  const fed = (outside: Tensor, shape: Shape, known: Map<Tensor, Tensor>) => {
    const name = String(cut.size + whole.size);
    const made = known.get(outside) ?? makeTensor<'input'>({ kind: 'input', name }, [], shape);
    known.set(outside, made);
    return made;
  };
  for (const node of group) {
    const { roles } = tiled.get(node)!;
    const inputs = node.inputs.map((input, i) =>
      roles[i] === 'whole'
        ? fed(input, input.shape, whole)
        : (inside.get(input) ?? fed(input, tileShape(input), cut)),
    );
    inside.set(node, makeTensor(node.operation, inputs, tileShape(node)));
  }
  const inputs = new Set([...cut.values(), ...whole.values()]);
  const outputs = results.map((node, i) => [i, unshaped(inside.get(node)!, inputs)] as const);
  return { body: graphOf(Object.fromEntries(outputs)), cut, whole };
}

/** What a node of a tile has the numbers of: to leave a tile in another shape costs a copy. */
function unshaped(node: Tensor, inputs: ReadonlySet<Tensor>): Tensor {
  const [source] = node.inputs;
  if (!source || !isKind(node, 'reshape') || inputs.has(source)) return node;
  return unshaped(source, inputs);
}

/** Most bytes that a node reads and writes of what has rows. */
function mostOfRow(nodes: readonly Tensor[], tiled: ReadonlyMap<Tensor, TiledNode>): number {
  return Math.max(
    ...nodes.map((node) => {
      const { roles } = tiled.get(node)!;
      return sum([node, ...node.inputs.filter((_, i) => roles[i] === 'rows')].map(bytesOf));
    }),
  );
}

/** How many rows of so many bytes a tile has; if possible so many that none are left over. */
function rowsThatFit(rowBytes: number, numRows: number, tileBytes: number): number {
  const most = Math.min(numRows, Math.max(1, Math.floor(tileBytes / rowBytes)));
  for (let rows = most; rows >= 1 && rows * rowBytes >= LEAST_PART * tileBytes; rows--)
    if (numRows % rows === 0) return rows;
  return most;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
