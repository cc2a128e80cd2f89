/** @file Alignments and templates on their way into the store and out of it again. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { alignmentOfJob, packAlignment, unpackAlignment } from '#server/jobs/stored-alignment';
import { encodeTemplates, packTemplates, templatesOfJob } from '#server/templates/stored-templates';
import type { JobRequest } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';
import type { TemplateChain } from '#structure/templates/template-chain';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const REQUEST = { chains: [{ id: 'A', sequence: 'MKV' }], numRecycles: 1 };
/** A store that has one input of job `j`. */
const storeWith = (kind: string, packed?: Uint8Array) => {
  const readInput = (id: string, asked: string) =>
    Promise.resolve(id === 'j' && asked === kind ? packed : undefined);
  return { results: { readInput } } as unknown as PredictionStore;
};
const job = (changes: Partial<JobRequest>) => ({ id: 'j', request: { ...REQUEST, ...changes } });

describe('an alignment', () => {
  const TEXT = '>a\nMKV\n>b\nM-V\n';

  it('is told apart by its text, and comes out as it went in', async () => {
    const { packed, sha256: hash } = await packAlignment(TEXT);
    expect(hash).toBe(sha256(TEXT));
    expect(gunzipSync(packed).toString()).toBe(TEXT);
    expect(new TextDecoder().decode(await unpackAlignment(packed))).toBe(TEXT);
  });

  it('is given to the model with how rows are drawn from it', async () => {
    const { packed } = await packAlignment(TEXT);
    const rows = { maxClusters: 5, maxExtra: 7, sampling: 'first', seed: 3 } as const;
    const given = job({ alignment: { sha256: 's', numRows: 2, ...rows } });
    expect(await alignmentOfJob(storeWith('alignment', packed), given)).toEqual({
      text: TEXT,
      ...rows,
    });
  });

  it('is none where none was asked for, and is missed where the store has lost it', async () => {
    expect(await alignmentOfJob(storeWith('alignment'), job({}))).toBeUndefined();
    const lost = job({ alignment: { sha256: 's', numRows: 2 } });
    await expect(alignmentOfJob(storeWith('alignment'), lost)).rejects.toMatchObject({
      ...{ code: 'PREDICTION_DAMAGED', message: 'the alignment of this prediction was lost' },
    });
  });
});

describe('templates', () => {
  /** A chain with the coordinates of some atoms. */
  const chain = (source: string, numResidues: number): TemplateChain => {
    const atom14Mask = Uint8Array.from({ length: 14 * numResidues }, (_, i) => Number(i % 3 === 0));
    return {
      ...{ source, chainId: 'B', aatype: Uint8Array.from({ length: numResidues }, (_, i) => i) },
      numbers: Array.from({ length: numResidues }, (_, i) => String(i + 5)),
      atom14: Float32Array.from({ length: 42 * numResidues }, (_, i) =>
        atom14Mask[Math.floor(i / 3)] ? i / 8 : 0,
      ),
      atom14Mask,
    };
  };
  const CHAINS = [chain('one', 3), chain('two', 5), chain('three', 2)];
  const asked = job({ templates: { sha256: 's', numChains: 3 } });

  it('come out as they went in, one after the other', async () => {
    const encoded = encodeTemplates(CHAINS);
    const { packed, sha256: hash } = await packTemplates(encoded);
    expect(hash).toBe(sha256(encoded));
    expect(await templatesOfJob(storeWith('templates', packed), asked)).toEqual(CHAINS);
  });

  it('may be none at all, which a search can find', async () => {
    const { packed } = await packTemplates(encodeTemplates([]));
    expect(await templatesOfJob(storeWith('templates', packed), asked)).toEqual([]);
  });

  it('are not read where none were asked for, and missed where the store has lost them', async () => {
    expect(await templatesOfJob(storeWith('templates'), job({}))).toBeUndefined();
    await expect(templatesOfJob(storeWith('templates'), asked)).rejects.toMatchObject({
      ...{ code: 'PREDICTION_DAMAGED', message: 'the templates of this prediction were lost' },
    });
  });
});
