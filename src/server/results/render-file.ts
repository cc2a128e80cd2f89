import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FileName } from '#predict/files/file-names';
import { textFile, textFiles, zipBundle } from '#predict/files/result-files';
import type { Prediction } from '#predict/prediction';
import type { AttentionSelect } from './attention-maps.js';

/** A file as it is sent. */
export interface ResultFile {
  readonly bytes: Uint8Array;
  readonly gzipped?: Uint8Array;
}

/** Smaller files are sent as they are. */
const GZIP_FROM = 1024;
const compress = promisify(gzip);

/**
 * Makes one file of a result. The bundle holds all that can be written: no PDB where chains are too many for it.
 *
 * @param prediction the result
 * @param name which file
 * @param facts what the user should know about the input, and when the prediction was made, ms since 1970
 * @throws FoldError `STRUCTURE_UNWRITABLE` for a PDB of too many chains
 */
export async function renderFile(
  prediction: Prediction,
  name: FileName,
  { warnings, madeAt }: { readonly warnings: readonly string[]; readonly madeAt: number },
): Promise<ResultFile> {
  if (name === 'bundle.zip') {
    const files = textFiles(prediction, warnings);
    return { bytes: await zipBundle(prediction.name, files, new Date(madeAt)) };
  }
  return compressed(textFile(prediction, name, warnings));
}

/**
 * Writes attention weights as JSON, in five digits.
 *
 * @param weights `[N, N]` little-endian float32
 */
export async function renderAttention({
  network,
  block,
  head,
  numResidues,
  weights,
}: AttentionSelect & {
  readonly numResidues: number;
  readonly weights: Uint8Array;
}): Promise<ResultFile> {
  const values = new Float32Array(weights.slice().buffer);
  const rows = Array.from({ length: numResidues }, (_, i) => {
    const row = values.subarray(i * numResidues, (i + 1) * numResidues);
    return `[${Array.from(row, (weight) => Number(weight.toPrecision(5))).join(',')}]`;
  });
  const json = `{"network":"${network}","block":${block},"head":${head},"weights":[${rows.join(',')}]}`;
  return compressed(new TextEncoder().encode(json));
}

async function compressed(bytes: Uint8Array): Promise<ResultFile> {
  return bytes.length < GZIP_FROM ? { bytes } : { bytes, gzipped: await compress(bytes) };
}
