import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  alignmentId,
  fractionDone,
  templatesId,
  workloadOf,
  type RequestedAlignment,
} from '#architectures/family';
import type { TemplateChain } from '#structure/templates/template-chain';

describe('the share of the blocks that are done', () => {
  it.each([
    [0, 0, 0],
    [0, 3, 3 / 20],
    [1, 0, 5 / 20],
    [2, 4, 14 / 20],
    [4, 0, 1],
    [4, 5, 1],
  ])('in pass %d after %d of five blocks is %d', (pass, block, done) => {
    expect(fractionDone({ pass, numPasses: 4, block, numBlocks: 5 })).toBeCloseTo(done, 12);
  });
});

describe('how large a request is', () => {
  const chains = [{ sequence: 'MKV' }, { sequence: 'GL' }];

  it('is told by its chains, its rows and its templates', () => {
    const template = {} as TemplateChain;
    const alignment = { text: '>q\nMKVGL\n>a\nMK-GL\n', maxClusters: 7, maxExtra: 11 };
    const request = { chains, numRecycles: 2, alignment, templates: [template, template] };
    expect(workloadOf(request)).toEqual({
      chainLengths: [3, 2],
      numRecycles: 2,
      maxClusters: 7,
      maxExtra: 11,
      numRows: 2,
      numTemplates: 2,
    });
  });

  it('counts one row without an alignment', () => {
    expect(workloadOf({ chains })).toMatchObject({ chainLengths: [3, 2], numRows: 1 });
    expect(workloadOf({ chains }).numTemplates).toBeUndefined();
  });

  it('counts lines where an alignment has no titles', () => {
    const text = '# STOCKHOLM 1.0\nq MKVGL\na MK-GL\n//';
    expect(workloadOf({ chains, alignment: { text } }).numRows).toBe(4);
  });
});

describe('the hash of an alignment', () => {
  const alignment: RequestedAlignment = { text: '>q\nMK\n', maxClusters: 5, maxExtra: 6, sampling: 'first', seed: 3 }; // prettier-ignore

  it('is the first 32 digits of a SHA-256', async () => {
    const whole = createHash('sha256').update('["AÄ",null,null,null,0]').digest('hex');
    expect(await alignmentId({ text: 'AÄ' })).toBe(whole.slice(0, 32));
  });

  it('is another for other rows, or where rows are drawn otherwise', async () => {
    const others: RequestedAlignment[] = [
      alignment,
      { ...alignment, text: '>q\nMR\n' },
      { ...alignment, maxClusters: 6 },
      { ...alignment, maxExtra: 7 },
      { ...alignment, sampling: 'random' },
      { ...alignment, seed: 4 },
      { ...alignment, maxClusters: 6, maxExtra: 5 },
    ];
    const ids = await Promise.all(others.map(alignmentId));
    expect(new Set(ids).size).toBe(others.length);
  });

  it('takes the seed to be 0 where none is given', async () => {
    expect(await alignmentId({ ...alignment, seed: undefined })).toBe(
      await alignmentId({ ...alignment, seed: 0 }),
    );
  });
});

describe('the hash of templates', () => {
  const template = {
    source: 'a.pdb',
    chainId: 'A',
    numbers: ['1', '2'],
    aatype: Uint8Array.of(3, 4),
    atom14: Float32Array.from({ length: 84 }, (_, i) => i / 3),
    atom14Mask: new Uint8Array(28).fill(1),
  } as unknown as TemplateChain;

  it('is made of names, types, masks and coordinates, one after the other', async () => {
    const hash = createHash('sha256');
    for (const one of [template, { ...template, chainId: 'B' }]) {
      hash.update(JSON.stringify([one.source, one.chainId, one.numbers]));
      hash.update(one.aatype).update(one.atom14Mask).update(one.atom14);
    }
    const id = await templatesId([template, { ...template, chainId: 'B' }]);
    expect(id).toBe(hash.digest('hex').slice(0, 32));
  });

  it('reads coordinates that are a part of a larger buffer', async () => {
    const larger = new Float32Array(100);
    larger.set(template.atom14, 7);
    const view = { ...template, atom14: larger.subarray(7, 91) };
    expect(await templatesId([view])).toBe(await templatesId([template]));
  });
});
