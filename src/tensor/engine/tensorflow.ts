import type * as tensorflow from '@tensorflow/tfjs-core';
import { FoldError } from '#errors';
import type { Graph } from '#tensor/graph';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { Engine } from './engine.js';
import { checkedFeeds, inputsOf } from './feeds.js';
import { evaluateNode } from './tensorflow-operations.js';

/** TensorFlow.js, whichever package it comes from. */
export type TensorFlow = typeof tensorflow;

/**
 * An engine that walks the graph with TensorFlow.js operations, on the backend that is active there.
 *
 * @param tf the module, its backend registered
 */
export function tensorflowEngine(tf: TensorFlow): Engine {
  return {
    name: `tensorflow-${tf.getBackend()}`,
    compile(graph) {
      const constants = uploadConstants(tf, graph);
      const lastUses = findLastUses(graph);
      let isDisposed = false;
      return Promise.resolve({
        async run(feeds) {
          const entries = checkedFeeds(inputsOf(graph), feeds);
          if (isDisposed) throw new FoldError('ENGINE_FAILED', 'this graph was disposed');
          const results = tf.tidy(() => walk(tf, graph, { entries, constants, lastUses }));
          return await download(results).catch((cause: unknown) => {
            throw new FoldError('ENGINE_FAILED', `TensorFlow failed: ${String(cause)}`, { cause });
          });
        },
        dispose() {
          isDisposed = true;
          tf.dispose([...constants.values()]);
          constants.clear();
          return Promise.resolve();
        },
      });
    },
  };
}

interface Run {
  readonly entries: readonly [string, HostTensor][];
  readonly constants: ReadonlyMap<Tensor, tensorflow.Tensor>;
  readonly lastUses: ReadonlyMap<Tensor, readonly Tensor[]>;
}

/** Computes the graph's outputs. Values are given back as soon as nothing needs them: pairs are large. */
function walk(
  tf: TensorFlow,
  graph: Graph,
  { entries, constants, lastUses }: Run,
): Record<string, tensorflow.Tensor> {
  const fed = new Map(entries);
  const values = new Map(constants);
  for (const node of graph.nodes) {
    if (node.operation.kind === 'input') {
      const { data, shape } = fed.get(node.operation.name)!;
      values.set(node, tf.tensor(data, [...shape], node.dtype));
    } else if (node.operation.kind !== 'constant') {
      const inputs = node.inputs.map((source) => values.get(source)!);
      values.set(
        node,
        tf.tidy(() => evaluateNode(tf, node, inputs)),
      );
    }
    for (const spent of lastUses.get(node) ?? []) {
      values.get(spent)!.dispose();
      values.delete(spent);
    }
  }
  return Object.fromEntries(
    Object.entries(graph.outputs).map(([name, tensor]) => [name, values.get(tensor)!.clone()]),
  );
}

async function download<Outputs extends string>(
  results: Readonly<Record<Outputs, tensorflow.Tensor>>,
): Promise<Record<Outputs, HostTensor>> {
  const named = Object.entries<tensorflow.Tensor>(results);
  try {
    const downloads = named.map(async ([name, tensor]): Promise<[string, HostTensor]> => {
      const data = await tensor.data();
      // The CPU backend keeps the bytes of comparisons when it casts them.
      const numbers = tensor.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data);
      return [name, { shape: tensor.shape, data: numbers }];
    });
    return Object.fromEntries(await Promise.all(downloads)) as Record<Outputs, HostTensor>;
  } finally {
    for (const [, tensor] of named) tensor.dispose();
  }
}

/** Constants stay on the device from run to run. */
function uploadConstants(tf: TensorFlow, { nodes }: Graph): Map<Tensor, tensorflow.Tensor> {
  const constants = new Map<Tensor, tensorflow.Tensor>();
  for (const node of nodes) {
    const { operation, shape, dtype } = node;
    if (operation.kind !== 'constant') continue;
    constants.set(node, tf.keep(tf.tensor(operation.data.slice(), [...shape], dtype)));
  }
  return constants;
}

/** For each node, the values that are not needed once it is computed. */
function findLastUses({ nodes, outputs }: Graph): Map<Tensor, Tensor[]> {
  const needed = new Set<Tensor>(Object.values(outputs));
  const lastUses = new Map<Tensor, Tensor[]>();
  for (const node of nodes.toReversed()) {
    const spent = new Set(node.inputs.filter((source) => !needed.has(source)));
    for (const source of spent) needed.add(source);
    lastUses.set(
      node,
      [...spent].filter(({ operation }) => operation.kind !== 'constant'),
    );
  }
  return lastUses;
}
