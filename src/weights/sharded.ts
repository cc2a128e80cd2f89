import { FoldError } from '#errors';
import { joined } from './join.js';
import type { TensorSource } from './tensor-source.js';

/** Public checkpoints have up to a hundred; each is an open file. */
const MAX_SHARDS = 512;

/**
 * Opens a checkpoint in shards (`model.safetensors.index.json`, `pytorch_model.bin.index.json`). Every
 * tensor of the index must be in its shard.
 *
 * @param index parsed JSON of the index
 * @param indexName what error messages call it
 * @param openShard opens a file that lies beside the index; is given a plain file name, never a path
 * @throws FoldError `PARSE_CHECKPOINT`
 */
export function readSharded(
  index: unknown,
  indexName: string,
  openShard: (fileName: string) => TensorSource,
): TensorSource {
  const refuse = (problem: string): FoldError =>
    new FoldError('PARSE_CHECKPOINT', `${indexName}: ${problem}`, {
      hint: 'Fetch the index and all shards of the same revision.',
    });
  const weightMap =
    typeof index === 'object' && index !== null && 'weight_map' in index && index.weight_map;
  if (typeof weightMap !== 'object' || weightMap === null) throw refuse('has no "weight_map"');
  const places = Object.entries(weightMap as Record<string, unknown>);
  const files = [...new Set(places.map(([, file]) => file))];
  if (files.length > MAX_SHARDS) throw refuse(`names ${files.length} shards`);

  const shards = new Map<unknown, TensorSource>();
  try {
    for (const file of files) {
      if (typeof file !== 'string' || !/^[\w][\w.-]*$/.test(file))
        throw refuse(`names a shard ${JSON.stringify(file)} that is not a plain file name`);
      shards.set(file, openShard(file));
    }
    for (const [name, file] of places)
      if (!shards.get(file)?.has(name)) throw refuse(`tensor "${name}" is not in ${String(file)}`);
  } catch (error) {
    for (const shard of shards.values()) shard.close();
    throw error;
  }
  return joined([...shards.values()], indexName);
}
