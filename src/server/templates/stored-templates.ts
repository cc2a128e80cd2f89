/** @file Templates on their way into the store and out of it: packed chains, each after its length, by gzip. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { FoldError } from '#errors';
import {
  packTemplate,
  TEMPLATE_PRECISION,
  unpackTemplate,
} from '#structure/templates/packed-template';
import type { TemplateChain } from '#structure/templates/template-chain';
import type { JobRecord } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';

const pack = promisify(gzip);
const unpack = promisify(gunzip);
const LENGTH_BYTES = 4;

/** Chains one after the other as bytes. */
export function encodeTemplates(chains: readonly TemplateChain[]): Uint8Array {
  return Buffer.concat(
    chains.flatMap((chain) => {
      const bytes = packTemplate(chain, TEMPLATE_PRECISION.exact);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Templates as a job has them. */
export interface PackedTemplates {
  /** Of what {@link encodeTemplates} wrote. */
  readonly sha256: string;
  readonly packed: Uint8Array;
}

/** Packs what {@link encodeTemplates} wrote. */
export async function packTemplates(encoded: Uint8Array): Promise<PackedTemplates> {
  const sha256 = createHash('sha256').update(encoded).digest('hex');
  return { sha256, packed: await pack(encoded) };
}

/**
 * The templates of a job; undefined where it reads none.
 *
 * @throws FoldError `PREDICTION_DAMAGED` where the store has lost them, `TEMPLATE_DAMAGED`
 */
export async function templatesOfJob(
  { results }: Pick<PredictionStore, 'results'>,
  { id, request }: Pick<JobRecord, 'id' | 'request'>,
): Promise<TemplateChain[] | undefined> {
  if (!request.templates) return undefined;
  const packed = await results.readInput(id, 'templates');
  if (!packed)
    throw new FoldError('PREDICTION_DAMAGED', 'the templates of this prediction were lost', {
      hint: 'send them again under another name',
    });
  const encoded = await unpack(packed);
  const chains: TemplateChain[] = [];
  for (let at = 0; at < encoded.length;) {
    const begin = at + LENGTH_BYTES;
    at = begin + encoded.readUInt32LE(at);
    chains.push(unpackTemplate(encoded.subarray(begin, at)));
  }
  return chains;
}
