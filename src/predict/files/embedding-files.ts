/** @file Embeddings as files: safetensors for programs, JSON for everybody. */
import type { Embedding } from '#predict/embeddings';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';

/** Where embeddings come from. */
interface EmbeddingSource {
  readonly model: string;
}

/**
 * A safetensors file with one tensor for each chain and kind, named `chain/kind`; sequences are in its metadata.
 *
 * @param embeddings with names that differ
 */
export function embeddingsSafetensors(
  embeddings: readonly Embedding[],
  { model }: EmbeddingSource,
): Uint8Array {
  const tensors = embeddings.flatMap(({ name, tensors }) =>
    [...tensors].map(([kind, { shape, data }]): [string, TensorToWrite] => [
      `${name}/${kind}`,
      { dtype: 'F32', shape, values: Float32Array.from(data) },
    ]),
  );
  const sequences = embeddings.map(({ name, sequence }): [string, string] => [
    `sequence:${name}`,
    sequence,
  ]);
  return writeSafetensors(new Map(tensors), new Map([['model', model], ...sequences]));
}

/** JSON with a record for each chain; numbers have six digits, nested as their axes are. */
export function embeddingsJson(
  embeddings: readonly Embedding[],
  { model }: EmbeddingSource,
): string {
  const chains = embeddings.map(({ name, sequence, tensors }) => {
    const values = [...tensors].map(([kind, { shape, data }]) => [
      kind,
      nested(
        Array.from(data, (value) => Number(value.toPrecision(6))),
        shape,
      ),
    ]);
    return { name, sequence, ...(Object.fromEntries(values) as object) };
  });
  return `${JSON.stringify({ model, chains })}\n`;
}

/** Arrays within arrays for two axes; one array for one. */
function nested(values: readonly number[], shape: readonly number[]): readonly unknown[] {
  const [numRows, numColumns] = shape;
  if (numRows === undefined || numColumns === undefined) return values;
  return Array.from({ length: numRows }, (_, row) =>
    values.slice(row * numColumns, (row + 1) * numColumns),
  );
}
