import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { alignChains } from '#alignment/align-chains';
import { rowOf } from '#alignment/alignment';
import { readAlignments } from '#alignment/read-alignment';
import { alignmentProfile } from '#architectures/alphafold2/features/alignment-profile';
import {
  distinctRows,
  LETTER_CODE,
  MASK_CODE,
} from '#architectures/alphafold2/features/distinct-rows';
import { drawRows, PUBLISHED_MASKING } from '#architectures/alphafold2/features/draw-rows';
import { featurise, type RowSampling } from '#architectures/alphafold2/features/featurise';
import type { AlignmentFeatures } from '#architectures/alphafold2/features/network-input';
import { randomStream } from '#architectures/alphafold2/features/random-stream';
import type { HostTensor } from '#tensor/tensor';
import { randomSource } from '../../../../helpers/random.js';

const NUM_COLUMNS = 31;

/** An alignment of random rows with gaps. */
function randomAlignment(numRows: number) {
  const next = randomSource(7);
  const letter = () => 'ACDEFGHIKLMNPQRSTVWY'[Math.floor(20 * next())]!;
  const rows = Array.from({ length: numRows }, (_, row) =>
    Array.from({ length: NUM_COLUMNS }, () => (row > 0 && next() < 0.2 ? '-' : letter())).join(''),
  );
  const text = rows.map((row) => `>\n${row}\n`).join('');
  return { query: rows[0]!, alignment: readAlignments(new TextEncoder().encode(text))[0]! };
}

const { query, alignment } = randomAlignment(400);
const sampling: RowSampling = { maxClusters: 64, maxExtra: 128, sampling: 'random', seed: 3 };
const rowsOf = (changes: Partial<RowSampling>, pass = 0) =>
  featurise({ chains: [query], alignment }, { ...sampling, ...changes }).alignment(pass);

/** A hash of all bytes. */
function hashOf(features: AlignmentFeatures): string {
  const hash = createHash('sha256');
  for (const { data } of Object.values(features) as HostTensor[]) hash.update(data);
  return hash.digest('hex');
}

describe('drawn rows', () => {
  it('are the same bytes for the same seed and pass, whenever they are asked for', () => {
    const features = featurise({ chains: [query], alignment }, sampling);
    const second = features.alignment(1);
    expect(hashOf(features.alignment(0))).toBe(hashOf(rowsOf({})));
    expect(hashOf(second)).toBe(hashOf(rowsOf({}, 1)));
  });

  it('are others in each pass and for each seed', () => {
    const drawn = [rowsOf({}), rowsOf({}, 1), rowsOf({ seed: 4 }), rowsOf({ seed: 3 + 2 ** 32 })];
    expect(new Set(drawn.map(hashOf)).size).toBe(4);
  });

  it('keep the order of the file and hide nothing with "first"', () => {
    const { msa, extraMsa } = rowsOf({ sampling: 'first' });
    expect(msa.shape).toEqual([64, NUM_COLUMNS, 49]);
    const codes = (row: number) =>
      Array.from(rowOf(alignment, row), (letter) => LETTER_CODE[letter]!);
    expect(Array.from(extraMsa.data.subarray(0, NUM_COLUMNS))).toEqual(codes(64));
    for (const row of [0, 63])
      codes(row).forEach((code, column) => {
        expect(msa.data[(row * NUM_COLUMNS + column) * 49 + code]).toBe(1);
      });
  });

  it('are each row once, clusters and others, with the query first', () => {
    const rows = distinctRows(alignment);
    const source = { alignment, rows, profile: alignmentProfile(alignment, rows) };
    const draw = drawRows(source, sampling, PUBLISHED_MASKING, randomStream(1, 0));
    expect(draw.clusters[0]).toBe(0);
    expect([...draw.clusters, ...draw.others].sort((a, b) => a - b)).toEqual(Array.from(rows));
    expect(draw.extra).toHaveLength(128);
    expect(new Set(draw.extra).size).toBe(128);
    expect(Array.from(draw.extra).every((row) => draw.others.includes(row))).toBe(true);
  });

  it('hide 15 % of the letters of the clusters, 70 % of these behind the mask', () => {
    const rows = distinctRows(alignment);
    const source = { alignment, rows, profile: alignmentProfile(alignment, rows) };
    const limits = { maxClusters: 400, maxExtra: 0 };
    const draw = drawRows(source, limits, PUBLISHED_MASKING, randomStream(1, 0));
    const size = draw.letters.length;
    const masked = draw.letters.filter((code) => code === MASK_CODE).length;
    const changed = draw.letters.filter((code, i) => {
      const row = draw.clusters[Math.floor(i / NUM_COLUMNS)]!;
      return code !== LETTER_CODE[rowOf(alignment, row)[i % NUM_COLUMNS]!];
    }).length;
    expect(masked / size).toBeCloseTo(0.15 * 0.7, 2);
    expect(changed / size).toBeGreaterThan(0.15 * 0.7);
    expect(changed / size).toBeLessThan(0.15 * 0.9 + 0.01);
  });
});

describe('a query', () => {
  it('without an alignment is its only row', () => {
    const features = featurise({ chains: ['MKXV'] }, { ...sampling, sampling: 'first' });
    const { msa, extraMsa, extraMsaMask } = features.alignment(0);
    expect(msa.shape).toEqual([1, 4, 49]);
    expect(extraMsa.shape).toEqual([1, 4]);
    expect(Array.from(extraMsaMask.data)).toEqual([0, 0, 0, 0]);
    expect(Array.from(features.aatype.data)).toEqual([12, 11, 20, 19]);
  });

  it('of several chains has a jump of 200 in the residue index', () => {
    const features = featurise({ chains: ['MK', 'V', 'GL'] }, sampling);
    expect(Array.from(features.residueIndex.data)).toEqual([0, 1, 202, 403, 404]);
  });

  it('of several chains has their alignments side by side', () => {
    const sections = readAlignments(new TextEncoder().encode('>\nMK\n>\nMR\n\0>\nG\n>\nA\n'));
    const aligned = alignChains(['MK', 'G'], { sections, name: 'test' });
    const { msa } = featurise(
      { chains: ['MK', 'G'], alignment: aligned },
      { ...sampling, sampling: 'first' },
    ).alignment(0);
    expect(msa.shape).toEqual([5, 3, 49]);
  });

  it('has its residue types behind a channel that is always 0', () => {
    const { targetFeat } = featurise({ chains: ['AX', 'V'] }, sampling);
    expect(targetFeat.shape).toEqual([3, 22]);
    const ones = [...targetFeat.data.entries()].filter(([, value]) => value !== 0);
    expect(ones).toEqual([
      [1, 1],
      [22 + 21, 1],
      [44 + 20, 1],
    ]);
  });

  it('has an alignment as long as it is', () => {
    expect(() => featurise({ chains: [`${query}A`], alignment }, sampling)).toThrow(
      'the alignment is of another length than the chains',
    );
  });

  it('has no templates where none are given', () => {
    expect(featurise({ chains: ['MK'] }, sampling)).not.toHaveProperty('templates');
    expect(featurise({ chains: ['MK'], templates: [] }, sampling)).not.toHaveProperty('templates');
  });
});
