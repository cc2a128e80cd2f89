import type { CodonLink } from '#sequence/chain';

/** Numbers that count up or down by the same step: first, step, how many. */
type Run = [first: number, step: number, count: number];

/** The codons of a chain in a tenth of the space, since every list of jobs reads them. */
export interface PackedCodons {
  /** All codons one after the other. */
  readonly letters: string;
  /** The positions of these letters. */
  readonly runs: readonly Run[];
}

/** Packs the codons of a chain without loss. */
export function packCodons(codons: readonly CodonLink[]): PackedCodons {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const { positions } of codons)
    for (const position of positions) {
      if (run?.[2] === 1) run[1] = position - run[0];
      if (run && position === run[0] + run[1] * run[2]) run[2]++;
      else runs.push((run = [position, 0, 1]));
    }
  return { letters: codons.map(({ codon }) => codon).join(''), runs };
}

/** What {@link packCodons} packed. */
export function unpackCodons({ letters, runs }: PackedCodons): CodonLink[] {
  const positions = runs.flatMap(([first, step, count]) =>
    Array.from({ length: count }, (_, i) => first + i * step),
  );
  return Array.from({ length: letters.length / 3 }, (_, i) => ({
    codon: letters.slice(3 * i, 3 * i + 3),
    positions: [positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!],
  }));
}
