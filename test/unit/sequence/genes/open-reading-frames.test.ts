import { describe, expect, it } from 'vitest';
import { geneticCode, translateCodon } from '#sequence/genes/genetic-code';
import { openReadingFrames } from '#sequence/genes/open-reading-frames';
import { Random } from '#training/data/random';

const COMPLEMENT: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A', N: 'N' };
const otherStrand = (letters: string): string =>
  Array.from(letters, (letter) => COMPLEMENT[letter])
    .toReversed()
    .join('');

/** What a codon with N may be. */
const expansionsOf = (codon: string): string[] =>
  Array.from(codon, (letter) => (letter === 'N' ? ['A', 'C', 'G', 'T'] : [letter])).reduce(
    (heads, letters) => heads.flatMap((head) => letters.map((letter) => head + letter)),
    [''],
  );

interface Reading {
  readonly geneticCode: number;
  readonly alternativeStarts: boolean;
}

/** What a list of codons means, as text. */
function meaningOf(codons: readonly string[], { geneticCode: id, alternativeStarts }: Reading) {
  const code = geneticCode(id);
  const residues = codons.map((codon) => translateCodon(codon, code));
  const isStart = codons.map(
    (codon, k) =>
      expansionsOf(codon).every((one) => code.startCodons.includes(one)) &&
      (alternativeStarts || residues[k] === 'M'),
  );
  return { residues, isStart };
}

/** How the residues of a list weigh: twice behind a start codon, and X nothing. */
const weightOf = (residues: readonly string[], hasStart: boolean): number =>
  (hasStart ? 2 : 1) * residues.filter((residue) => residue !== 'X').length;

/** Open reading frames of a line, by splitting each frame's codons at its stops. */
function inLine(nucleotides: string, reading: Reading) {
  const { length } = nucleotides;
  const { contextStopCodons } = geneticCode(reading.geneticCode);
  return [1, 2, 3, -1, -2, -3]
    .flatMap((frame) => {
      const skipped = Math.abs(frame) - 1;
      const strand = (frame > 0 ? nucleotides : otherStrand(nucleotides)).slice(skipped);
      const codons: string[] = strand.match(/.../g) ?? [];
      const { residues, isStart } = meaningOf(codons, reading);
      if (contextStopCodons.includes(codons.at(-1) ?? '')) residues[codons.length - 1] = '*';
      const found = [];
      let begin = 0;
      for (const stretch of residues.join('').split('*')) {
        const end = begin + stretch.length;
        const starts = [...isStart.keys()].filter((k) => k >= begin && k < end && isStart[k]);
        const heads = [
          ...starts.slice(0, 1).map((first) => ({ first, hasStart: true })),
          ...(begin === 0 && end > 0 && !isStart[0] ? [{ first: 0, hasStart: false }] : []),
        ].map((head) => ({
          ...head,
          weight: weightOf(residues.slice(head.first, end), head.hasStart),
        }));
        const [best] = heads.sort((a, b) => b.weight - a.weight);
        if (best) {
          const { first, hasStart, weight } = best;
          const hasStop = end < residues.length;
          const letters = residues.slice(first, end).join('');
          const place = skipped + 3 * first;
          const last = skipped + 3 * (end + Number(hasStop)) - 1;
          found.push({
            ...{ frame, begin: place, numResidues: end - first, hasStart, hasStop, weight },
            sequence: hasStart ? `M${letters.slice(1)}` : letters,
            start: frame > 0 ? place + 1 : length - place,
            end: frame > 0 ? last + 1 : length - last,
            share: (last + 1 - place) / length,
          });
        }
        begin = end + 1;
      }
      return found;
    })
    .toSorted((a, b) => b.weight - a.weight);
}

/** Open reading frames of a circle: from each start codon that no other one precedes behind a stop, walking on round it. */
function inCircle(nucleotides: string, reading: Reading) {
  const { length } = nucleotides;
  const most = Math.floor(length / 3);
  return [true, false].flatMap((isForward) => {
    const strand = isForward ? nucleotides : otherStrand(nucleotides);
    const codons = Array.from({ length }, (_, place) => (strand + strand).slice(place, place + 3));
    const { residues, isStart } = meaningOf(codons, reading);
    const at = (place: number): number => ((place % length) + length) % length;
    return [...codons.keys()].flatMap((begin) => {
      if (!isStart[begin]) return [];
      let before = begin - 3;
      for (let k = 0; k < length && residues[at(before)] !== '*' && !isStart[at(before)]; k++)
        before -= 3;
      if (residues[at(before)] !== '*') return [];
      const walked = Array.from({ length: most }, (_, k) => residues[at(begin + 3 * k)]!);
      const stop = walked.indexOf('*');
      const numResidues = stop < 0 ? most : stop;
      const read = walked.slice(0, numResidues);
      const last = at(begin + 3 * (numResidues + Number(stop >= 0)) - 1);
      return {
        frame: ((begin % 3) + 1) * (isForward ? 1 : -1),
        ...{ begin, numResidues, hasStart: true, hasStop: stop >= 0 },
        weight: weightOf(read, true),
        sequence: `M${read.slice(1).join('')}`,
        start: isForward ? begin + 1 : length - begin,
        end: isForward ? last + 1 : length - last,
        share: (3 * (numResidues + Number(stop >= 0))) / length,
      };
    });
  });
}

const random = new Random(41);
/** Random nucleotides, rich in what begins and ends genes. */
const someGene = (length: number): string => {
  let letters = '';
  while (letters.length < length) {
    const drawn = random.below(12);
    letters += drawn === 0 ? 'ATG' : drawn === 1 ? 'TAA' : drawn === 2 ? 'N' : 'ACGT'[drawn % 4]!;
  }
  return letters.slice(0, length);
};

describe('openReadingFrames', () => {
  //           1  4  7  10 13 16 19 22 25
  const GENE = 'TAAATGGCCTAGCCCGTGAAATAAATGCC';

  it('lists each stretch from its first start codon, with its place', () => {
    const found = openReadingFrames(GENE, { minResidues: 1 }).filter(({ frame }) => frame === 1);
    expect(found).toEqual([
      expect.objectContaining({ sequence: 'MA', start: 4, end: 12, hasStart: true, hasStop: true }),
      expect.objectContaining({
        sequence: 'M',
        start: 25,
        end: 27,
        hasStart: true,
        hasStop: false,
      }),
    ]);
  });

  it('accepts alternative start codons where asked', () => {
    const options = { minResidues: 1, geneticCode: 11, alternativeStarts: true };
    const found = openReadingFrames(GENE, options).filter(({ frame }) => frame === 1);
    expect(found.map(({ sequence, start }) => [sequence, start])).toContainEqual(['MK', 16]);
  });

  it('counts positions down on the reverse strand', () => {
    const [first] = openReadingFrames('CTAAAATTTGGCCATCC', { minResidues: 4 });
    expect(first).toMatchObject({ frame: -3, sequence: 'MAKF', start: 15, end: 1, hasStop: true });
  });

  it('puts the heaviest first and leaves short ones out', () => {
    const found = openReadingFrames(GENE, { minResidues: 3 });
    expect(found.length).toBeGreaterThan(0);
    for (const { numResidues } of found) expect(numResidues).toBeGreaterThanOrEqual(3);
    const weights = found.map(({ weight }) => weight);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  });

  it.each([
    { geneticCode: 1, alternativeStarts: false },
    { geneticCode: 11, alternativeStarts: true },
    { geneticCode: 27, alternativeStarts: false },
  ])('of a line are the stretches between stops, by %j', (reading) => {
    for (let length = 3; length < 90; length++) {
      // code 27 reads TGA as W, but for the last codon
      const letters = someGene(length - 3) + (length % 2 === 0 ? 'TGA' : 'ATG');
      const found = openReadingFrames(letters, { ...reading, minResidues: 1 });
      expect(found).toEqual(inLine(letters, reading));
    }
  });

  it('of a circle are those behind a stop, over the origin or not, at most once round', () => {
    const reading = { geneticCode: 1, alternativeStarts: false };
    const keysOf = (found: readonly object[]): string[] =>
      found.map((one) => JSON.stringify(Object.entries(one).toSorted())).toSorted();
    for (let length = 9; length < 99; length++) {
      const letters = someGene(length - 4) + 'GTAA';
      const found = openReadingFrames(letters, { ...reading, circular: true, minResidues: 1 });
      const weights = found.map(({ weight }) => weight);
      expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      const closed = inCircle(letters, reading);
      // those that no stop precedes: see below
      const others = found.filter(({ hasStop, share }) => hasStop || share < 1 - 3 / length);
      expect(keysOf(closed)).toEqual(expect.arrayContaining(keysOf(others)));
      expect(keysOf(found)).toEqual(expect.arrayContaining(keysOf(closed)));
    }
  });

  it('of a circle without stops go once round it, from its first start codon or its origin', () => {
    const found = openReadingFrames('GCTGATGCTGCTGCTGCT', { circular: true, minResidues: 1 });
    expect(
      found
        .filter(({ frame }) => frame > 0)
        .map(({ frame, begin, sequence, hasStart, hasStop, weight, end, share }) => [
          ...[frame, begin, sequence, hasStart, hasStop, weight, end, share],
        ]),
    ).toEqual([
      [2, 4, 'MLLLLL', true, false, 12, 4, 1],
      [1, 0, 'ADAAAA', false, false, 6, 18, 1],
    ]);
  });

  it('of a circle that is no whole codons are found once, though a turn changes the frame', () => {
    const found = openReadingFrames('GCATGCAGCA', { circular: true, minResidues: 1 });
    expect(found.filter(({ frame }) => frame > 0)).toEqual([
      {
        ...{ frame: 3, begin: 2, numResidues: 3, hasStart: true, hasStop: false },
        ...{ weight: 6, sequence: 'MQQ', start: 3, end: 1, share: 0.9 },
      },
    ]);
  });

  it('leave out those of fewer than 30 residues', () => {
    const gene = (numResidues: number): string =>
      `TTAATG${'CAC'.repeat(numResidues - 1)}TAACTAACTAA`;
    const lengthsOf = (letters: string): number[] =>
      openReadingFrames(letters)
        .map(({ numResidues }) => numResidues)
        .filter((n) => n < 31);
    expect([lengthsOf(gene(29)), lengthsOf(gene(30))]).toEqual([[], [30]]);
  });
});
