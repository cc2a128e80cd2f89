import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alignChains } from '#alignment/align-chains';
import { insertionsOf } from '#alignment/alignment';
import { readAlignments } from '#alignment/read-alignment';
import { alignmentFeatures } from '#architectures/alphafold2/features/alignment-features';
import { alignmentProfile } from '#architectures/alphafold2/features/alignment-profile';
import {
  nearestClusters,
  summariseClusters,
} from '#architectures/alphafold2/features/cluster-rows';
import { distinctRows, LETTER_CODE } from '#architectures/alphafold2/features/distinct-rows';
import {
  firstRows,
  PUBLISHED_MASKING,
  replacementProbabilities,
  type Draw,
} from '#architectures/alphafold2/features/draw-rows';
import { featurise } from '#architectures/alphafold2/features/featurise';
import { layTemplates } from '#architectures/alphafold2/features/lay-templates';
import { readTemplates } from '#structure/templates/read-templates';
import type { HostTensor } from '#tensor/tensor';
import {
  ALPHAFOLD2_CASES,
  alphafold2File,
  alphafold2Inputs,
  alphafold2Tensors,
  type Alphafold2Case,
} from '../helpers/alphafold2-tiny.js';

/** Float32 rounds at 6e-8; the original's arctangent is another implementation than ours. */
const ROUNDING = 2e-7;
/** Torsions are quotients of small numbers that the original computes in float32. */
const TORSION_ROUNDING = 5e-6;

function readAlignment(golden: Alphafold2Case) {
  const sections = readAlignments(readFileSync(alphafold2File(golden.a3m)), golden.a3m);
  return alignChains([golden.sequence], { sections, name: golden.a3m });
}

/** The templates of a case, laid over its chain as those of a request. */
function layGolden({ sequence, templates, max_templates: maxTemplates }: Alphafold2Case) {
  const chains = templates.flatMap(({ file }) =>
    readTemplates(readFileSync(alphafold2File(file)), file),
  );
  return layTemplates({ chains: [{ sequence }], templates: chains }, { maxTemplates })!.placed;
}

function featuresOf(golden: Alphafold2Case) {
  return featurise(
    {
      chains: [golden.sequence],
      alignment: readAlignment(golden),
      ...(golden.use_templates ? { templates: layGolden(golden) } : {}),
    },
    {
      maxClusters: golden.max_msa_clusters,
      maxExtra: golden.max_extra_msa,
      sampling: 'first',
      seed: 0,
    },
  );
}

/** Compares with the original, of which trailing rows may be padding. */
function expectSame(ours: HostTensor, original: HostTensor, tolerance = 0): void {
  expect(ours.shape.slice(1)).toEqual(original.shape.slice(1));
  expect(ours.data.length).toBeGreaterThan(0);
  const differences = Array.from(ours.data, (value, i) => Math.abs(value - original.data[i]!));
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
  expect(Array.from(original.data.subarray(ours.data.length)).every((value) => value === 0)).toBe(
    true,
  );
}

describe.each(ALPHAFOLD2_CASES)('features of $name', (golden) => {
  const features = featuresOf(golden);
  const original = alphafold2Inputs(golden.name);

  it('are the residues of the original', () => {
    expect(features.aatype).toEqual(original.aatype);
    expect(features.residueIndex).toEqual(original.residueIndex);
    expect(features.targetFeat).toEqual(original.targetFeat);
  });

  it('are the rows of the original, padding aside', () => {
    const [ours, theirs] = [features.alignment(0), original.alignment(0)];
    expectSame(ours.msa, theirs.msa, ROUNDING);
    expectSame(ours.msaMask, theirs.msaMask);
    expectSame(ours.extraMsa, theirs.extraMsa);
    expectSame(ours.extraHasDeletion, theirs.extraHasDeletion);
    expectSame(ours.extraDeletionValue, theirs.extraDeletionValue, ROUNDING);
    expectSame(ours.extraMsaMask, theirs.extraMsaMask);
    if (!golden.fixed_size) {
      expect(ours.msa.shape).toEqual(theirs.msa.shape);
      expect(ours.extraMsa.shape).toEqual(theirs.extraMsa.shape);
    }
    expect(features.alignment(1)).toEqual(ours);
  });

  it('come by the steps of the original', () => {
    const { read } = alphafold2Tensors(`${golden.name}.inputs`);
    const alignment = readAlignment(golden);
    const rows = distinctRows(alignment);
    expect(rows).toHaveLength(read('raw.msa').shape[0]!);
    const source = { alignment, rows, profile: alignmentProfile(alignment, rows) };
    const draw = firstRows(source, {
      maxClusters: golden.max_msa_clusters,
      maxExtra: golden.max_extra_msa,
    });
    expect(Array.from(draw.letters)).toEqual(Array.from(read('pipeline.msa').data));
    const nearest = nearestClusters(alignment, draw);
    expect(Array.from(nearest)).toEqual(Array.from(read('pipeline.extra_cluster_assignment').data));
    const { meanDeletions } = summariseClusters(alignment, draw, nearest);
    expect(Array.from(meanDeletions)).toEqual(
      Array.from(read('pipeline.cluster_deletion_mean').data),
    );
    const raw = read('raw.deletion_matrix_int').data;
    const counts = new Int32Array(alignment.numColumns);
    rows.forEach((row, index) => {
      insertionsOf(alignment, row, counts);
      const start = index * alignment.numColumns;
      expect(counts).toEqual(raw.subarray(start, start + alignment.numColumns));
    });
  });

  it('are the templates of the original', () => {
    expect(features.templates === undefined).toBe(original.templates === undefined);
    if (!features.templates || !original.templates) return;
    const [ours, theirs] = [features.templates, original.templates];
    for (const name of [
      'mask',
      'aatype',
      'atom37',
      'atom37Mask',
      'pseudoBeta',
      'pseudoBetaMask',
      'torsionMask',
    ] as const)
      expectSame(ours[name], theirs[name]);
    expectSame(ours.torsions, theirs.torsions, TORSION_ROUNDING);
    expectSame(ours.alternativeTorsions, theirs.alternativeTorsions, TORSION_ROUNDING);
  });
});

describe('the pipeline with the published settings and the draws of the original', () => {
  const { read } = alphafold2Tensors('pipeline');
  const [alignment] = readAlignments(readFileSync(alphafold2File('pipeline.a3m')));
  const rows = distinctRows(alignment!);
  const order = Uint32Array.from(read('draw.sample_order').data, (place) => rows[place]!);
  const [clusters, others] = [order.subarray(0, 512), order.subarray(512)];
  const trueLetters = Array.from(clusters).flatMap((row) =>
    Array.from(
      alignment!.letters.subarray(row * 16, row * 16 + 16),
      (letter) => LETTER_CODE[letter]!,
    ),
  );
  const isHidden = read('draw.bert_mask').data;
  const drawn = read('draw.masked_msa').data;
  const draw: Draw = {
    clusters,
    others,
    letters: Uint8Array.from(trueLetters, (letter, i) => (isHidden[i] ? drawn[i]! : letter)),
    extra: Uint32Array.from(read('draw.extra_order').data, (place) => others[place]!),
  };
  const profile = alignmentProfile(alignment!, rows);

  it('has the same letters before any is hidden', () => {
    expect(trueLetters).toEqual(Array.from(read('true_msa').data));
  });

  it('has the same profile of all rows', () => {
    expectSame({ shape: [16, 22], data: profile }, read('hhblits_profile'), ROUNDING);
  });

  it('replaces letters with the same probabilities', () => {
    const expected = read('masked_msa_probabilities.first16').data;
    const ours = trueLetters.slice(0, 256).flatMap((letter, i) => {
      const column = (i % 16) * 22;
      const shares = profile.subarray(column, column + 22);
      return Array.from(replacementProbabilities(letter, shares, PUBLISHED_MASKING));
    });
    expectSame(
      { shape: [16, 16, 23], data: Float32Array.from(ours) },
      { shape: [16, 16, 23], data: expected },
      ROUNDING,
    );
  });

  it('gives rows to the same clusters', () => {
    expect(Array.from(nearestClusters(alignment!, draw))).toEqual(
      Array.from(read('extra_cluster_assignment').data),
    );
  });

  it('gives the network the same rows', () => {
    const { msa, extraMsa, extraHasDeletion, extraDeletionValue } = alignmentFeatures(
      alignment!,
      draw,
    );
    const first = { shape: [32, 16, 49], data: msa.data.slice(0, 32 * 16 * 49) };
    expectSame(first, read('msa_feat.first32'), ROUNDING);
    const sums = new Float64Array(16 * 49);
    msa.data.forEach((value, i) => (sums[i % sums.length]! += value));
    // The original adds 512 numbers in float32.
    expectSame(
      { shape: [16, 49], data: Float32Array.from(sums) },
      read('msa_feat.sum_over_rows'),
      1e-4,
    );
    expectSame(extraMsa, read('extra_msa'));
    expectSame(extraHasDeletion, read('extra_has_deletion'));
    expectSame(extraDeletionValue, read('extra_deletion_value'), ROUNDING);
  });
});
