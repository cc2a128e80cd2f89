/** @file Alignments on their way into the store and out of it, packed by gzip. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { RequestedAlignment } from '#architectures/family';
import { FoldError } from '#errors';
import type { JobRecord } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** An alignment as a job has it. */
export interface PackedAlignment {
  /** Of the text. */
  readonly sha256: string;
  readonly packed: Uint8Array;
}

/** Packs the text of an alignment. */
export async function packAlignment(text: string): Promise<PackedAlignment> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { sha256, packed: await pack(text) };
}

/** What {@link packAlignment} packed. */
export async function unpackAlignment(packed: Uint8Array): Promise<Uint8Array> {
  return unpack(packed);
}

/**
 * The alignment of a job, as its model reads it; undefined where it reads none.
 *
 * @throws FoldError `PREDICTION_DAMAGED` where the store has lost it
 */
export async function alignmentOfJob(
  { results }: Pick<PredictionStore, 'results'>,
  { id, request }: Pick<JobRecord, 'id' | 'request'>,
): Promise<RequestedAlignment | undefined> {
  if (!request.alignment) return undefined;
  const { maxClusters, maxExtra, sampling, seed } = request.alignment;
  const packed = await results.readInput(id, 'alignment');
  if (!packed)
    throw new FoldError('PREDICTION_DAMAGED', 'the alignment of this prediction was lost', {
      hint: 'send it again under another name',
    });
  const text = new TextDecoder().decode(await unpackAlignment(packed));
  return { text, maxClusters, maxExtra, sampling, seed };
}
