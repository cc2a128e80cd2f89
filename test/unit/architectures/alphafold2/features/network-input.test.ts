import { describe, expect, it } from 'vitest';
import {
  NUM_ALIGNMENT_LETTERS,
  NUM_MSA_CHANNELS,
  NUM_TARGET_CHANNELS,
} from '#architectures/alphafold2/features/network-input';
import { ALPHAFOLD2_CASES, alphafold2Inputs } from '../../../../helpers/alphafold2-tiny.js';

describe('the network input', () => {
  it.each(ALPHAFOLD2_CASES)('describes what the original feeds to $name', (golden) => {
    const { aatype, targetFeat, templates, alignment } = alphafold2Inputs(golden.name);
    const length = golden.sequence.length;
    expect(aatype.shape).toEqual([length]);
    expect(targetFeat.shape).toEqual([length, NUM_TARGET_CHANNELS]);
    const { msa, extraMsa } = alignment(0);
    expect(msa.shape.slice(1)).toEqual([length, NUM_MSA_CHANNELS]);
    expect(Math.max(...extraMsa.data)).toBeLessThan(NUM_ALIGNMENT_LETTERS);
    expect(templates !== undefined).toBe(golden.use_templates);
  });
});
