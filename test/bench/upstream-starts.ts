/**
 * @file How often an mRNA with a random 5' end is read from a start codon before the right one, and what the warning names.
 *
 * `npm run bench:upstream-starts -- [--seed 1] [--num-mrnas 4000]`: 50-200 random nucleotides, a coding sequence of 100-400
 * codons drawn at random among the 61 that code, 50-200 random nucleotides. The bases around the right start are as random
 * as all others, so that nothing tells it from an earlier one.
 */
import { parseArgs } from 'node:util';
import { translate } from '#sequence/genes/translate';
import { Random } from '#training/data/random';

const STOPS = ['TAA', 'TAG', 'TGA'];

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    'num-mrnas': { type: 'string', default: '4000' },
  },
});
const random = new Random(Number(values.seed));
const numMrnas = Number(values['num-mrnas']);

const nucleotides = (length: number): string =>
  Array.from({ length }, () => random.pick(['A', 'C', 'G', 'T'])).join('');
const someNucleotides = (): string => nucleotides(50 + random.below(151));
function codonOfResidue(): string {
  const codon = nucleotides(3);
  return STOPS.includes(codon) ? codonOfResidue() : codon;
}

const counts = { right: 0, rightButWarned: 0, longer: 0, longerAndNamed: 0, other: 0 };
for (let i = 0; i < numMrnas; i++) {
  const before = someNucleotides();
  const codons = Array.from({ length: 99 + random.below(301) }, codonOfResidue);
  const gene = `ATG${codons.join('')}${random.pick(STOPS)}`;
  const { stop, codons: read, warnings } = translate(before + gene + someNucleotides());
  const start = before.length + 1;
  const isFrame = stop?.positions[2] === before.length + gene.length;
  const named = warnings.filter(({ message }) => message.startsWith('the first start codon'));
  if (!isFrame) counts.other++;
  else if (read[0]!.positions[0] === start) {
    counts.right++;
    counts.rightButWarned += Number(named.length > 0);
  } else if (read[0]!.positions[0] < start) {
    counts.longer++;
    counts.longerAndNamed += Number(named.some(({ positions }) => positions.includes(start)));
  } else counts.other++;
}

const percent = (count: number, of: number): string => `${((100 * count) / of).toFixed(1)} %`;
console.log(`${numMrnas} simulated mRNAs, seed ${values.seed}`);
console.log(
  `read from the right start: ${percent(counts.right, numMrnas)}, of which a warning names later starts in ${percent(counts.rightButWarned, counts.right)}`,
);
console.log(
  `lengthened by an earlier start: ${percent(counts.longer, numMrnas)}, of which a warning names the right one in ${percent(counts.longerAndNamed, counts.longer)}`,
);
console.log(`read in another frame or from elsewhere: ${percent(counts.other, numMrnas)}`);
