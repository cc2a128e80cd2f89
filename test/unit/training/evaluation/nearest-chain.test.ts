import { describe, expect, it } from 'vitest';
import { chainAtoms, type ChainRecord } from '#training/data/dataset';
import { NearestChains } from '#training/evaluation/nearest-chain';
import { scoreTrace } from '#training/evaluation/trace-scores';
import { tinyDataset } from '../tiny.js';

const dataset = await tinyDataset();
const [hhb, bpti, , held] = dataset.chains as [ChainRecord, ChainRecord, ChainRecord, ChainRecord];
/** A chain that nobody has seen, of which residues 10 to 39 are those of BPTI. */
const relative: ChainRecord = {
  ...held,
  cluster: 'new',
  sequence: `GSGSGSGSGS${bpti.sequence.slice(10, 40)}${'GS'.repeat(held.length)}`.slice(
    0,
    held.length,
  ),
};

describe('NearestChains', () => {
  it('finds the chain that shares a part, and where', () => {
    const { record, alignment } = new NearestChains(dataset).find(relative)!;
    expect(record.id).toBe(bpti.id);
    for (const place of [10, 25, 39]) expect(alignment.pairs).toContainEqual([place, place]);
  });

  it('lays the known CA atoms over the aligned residues and leaves the others out', () => {
    const chains = new NearestChains(dataset);
    const trace = chains.trace(relative);
    const known = chainAtoms(dataset, bpti);
    const at = (atoms: ArrayLike<number>, i: number) => [0, 1, 2].map((k) => atoms[42 * i + 3 + k]);
    for (const [here, there] of chains.find(relative)!.alignment.pairs) {
      expect(at(trace.atom14, here)).toEqual(at(known.atom14, there));
    }
    expect(trace.atom14Mask[14 * (held.length - 1) + 1]).toBe(0);
    expect(trace.atom14Mask[14 * 20 + 1]).toBe(1);
    expect(trace.aatype).toHaveLength(held.length);
  });

  it('never looks into its own cluster, nor outside of the training chains', () => {
    const withHomologue = {
      ...dataset,
      chains: [...dataset.chains, { ...relative, cluster: 'other', split: 'val_homolog' as const }],
    };
    const chains = new NearestChains(withHomologue);
    expect(chains.find(bpti)?.record.id).not.toBe(bpti.id);
    expect(chains.find(relative)!.record.split).toBe('train');
    expect(chains.find({ ...hhb, cluster: 'other' })!.record.id).toBe(hhb.id);
  });

  it('scores 0 where no chain shares three residues in a row', () => {
    const strange = { ...held, sequence: 'W'.repeat(held.length) };
    const chains = new NearestChains(dataset);
    expect(chains.find(strange)).toBeUndefined();
    const scores = scoreTrace(chains.trace(strange), chainAtoms(dataset, held));
    expect(scores).toMatchObject({ tm: 0, lddtCa: 0, gdtTs: 0 });
  });
});
