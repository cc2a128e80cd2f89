import { describe, expect, it } from 'vitest';
import { clusterSequences } from '#training/data-build/cluster-sequences';
import { splitClusters } from '#training/data-build/splits';
import { Random } from '#training/data/random';

const LETTERS = 'ARNDCQEGHILKMFPSTWYV';

function randomSequence(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(random.below(20))).join('');
}

/** Changes a share of the residues in runs of about ten, as conserved and free stretches alternate in families. */
function relative(sequence: string, random: Random, keep: number): string {
  const other = randomSequence(random, sequence.length);
  let isKept = true;
  return Array.from(sequence, (letter, i) => {
    if (i % 10 === 0) isKept = random.uniform() < keep;
    return isKept ? letter : other.charAt(i);
  }).join('');
}

describe('clusterSequences', () => {
  it('joins relatives, also with an insertion, and keeps strangers apart', () => {
    const random = new Random(8);
    const families = Array.from({ length: 30 }, () => randomSequence(random, 150));
    const members = families.flatMap((first) => {
      const second = relative(first, random, 0.6);
      return [first, second, `${first.slice(0, 70)}GSGSG${first.slice(70)}`];
    });
    const groups = clusterSequences(members);
    expect(new Set(groups).size).toBe(30);
    families.forEach((_, i) => {
      expect(new Set(groups.subarray(3 * i, 3 * i + 3)).size).toBe(1);
    });
  });

  it('does not join hundreds of unrelated sequences', () => {
    const random = new Random(9);
    const strangers = Array.from({ length: 500 }, () =>
      randomSequence(random, 60 + random.below(200)),
    );
    expect(new Set(clusterSequences(strangers)).size).toBeGreaterThan(495);
  });

  it('takes sequences without a word, and the same one twice', () => {
    expect([...clusterSequences(['', 'AC', ''])]).toHaveLength(3);
    const sequence = randomSequence(new Random(1), 50);
    expect([...clusterSequences([sequence, sequence])]).toEqual([0, 0]);
  });
});

describe('splitClusters', () => {
  const random = new Random(3);
  const sequences = Array.from({ length: 2000 }, () => randomSequence(random, 40));

  it('holds out about the share asked for', () => {
    const splits = splitClusters(sequences, sequences, 0.1);
    const share = splits.filter((split) => split === 'val').length / splits.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.025);
  });

  it('decides on a cluster by its first member alone', () => {
    const all = splitClusters(sequences, sequences, 0.1);
    const few = splitClusters(sequences.slice(500), sequences.slice(500), 0.1);
    expect(few).toEqual(all.slice(500));
  });

  it('never puts one cluster on both sides', () => {
    const clusters = sequences.map((_, i) => `c${i % 200}`);
    const splits = splitClusters(sequences, clusters, 0.3);
    for (let cluster = 0; cluster < 200; cluster++) {
      const members = splits.filter((_, i) => i % 200 === cluster);
      const expected = members[0] === 'train' ? 'train' : 'val_homolog';
      expect(members.slice(1).every((split) => split === expected)).toBe(true);
    }
  });
});
