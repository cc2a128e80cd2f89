/**
 * @file How well templates are laid over relatives: of pairs of training chains of one cluster, TM-score and share of the
 * pairs that an alignment by shape has, for an alignment of the sequences alone and for ours.
 *
 * `npm run bench:template-alignment -- DATA [--pairs 200] [--seed 1]`, DATA being a data set with index.tsv and
 * atom14.i16; with `--environments`, what `template-profile.ts` knows of the environments of residues.
 */
import { parseArgs } from 'node:util';
import { aatypeOf } from '#sequence/amino-acids';
import { alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { alignStructures } from '#structure/alignment/align-structures';
import { superpositionScores } from '#structure/comparison/superposition-scores';
import { alignTemplates } from '#structure/templates/align-templates';
import { NUM_ENVIRONMENTS, templateEnvironments } from '#structure/templates/template-environments';
import { openDataset, type ChainRecord } from '#training/data/dataset';
import { Random } from '#training/data/random';
import { templateOf } from '#training/evaluation/template-evaluation';
import { mean } from '#training/evaluation/statistics';
import { CA_SLOT } from '#structure/residues/atoms';
import type { TemplateChain } from '#structure/templates/template-chain';

/** Lower limits of the bands of identity; pairs that are more alike than the last are left out. */
const BANDS = [0, 0.3, 0.4, 0.6];
/** Residues that a pair may be off and still be nearly right. */
const NEARLY = 4;
/** Residues of the usual composition that each environment is mixed with. */
const PSEUDOCOUNT = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    environments: { type: 'boolean' },
  },
});
if (positionals.length !== 1) throw new Error('usage: npm run bench:template-alignment -- DATA');
const dataset = await openDataset(positionals[0]!);
const clusters = new Map<string, ChainRecord[]>();
for (const record of dataset.chains)
  if (record.split === 'train' && record.kind !== 'ca-only')
    clusters.set(record.cluster, [...(clusters.get(record.cluster) ?? []), record]);

if (values.environments) printEnvironments();
else printAlignments(Number(values.pairs), new Random(Number(values.seed)));

function printAlignments(numPairs: number, random: Random): void {
  const rows: Compared[] = [];
  const families = [...clusters.values()].filter(({ length }) => length > 1);
  while (rows.length < numPairs && families.length > 0) {
    const family = random.pick(families);
    families.splice(families.indexOf(family), 1);
    const query = random.pick(family);
    const other = random.pick(family.filter((chain) => chain !== query));
    const compared = compare(query, templateOf(dataset, other));
    if (compared && compared.identity < BANDS.at(-1)!) rows.push(compared);
  }
  console.log(
    'identity   pairs   TM-score: sequence, ours, shape   right: sequence, ours   nearly',
  );
  for (const [band, from] of [0, ...BANDS.slice(0, -1)].entries()) {
    const to = band === 0 ? 1 : BANDS[band]!;
    const group = rows.filter(({ identity }) => identity >= from && identity < to);
    if (group.length === 0) continue;
    const of = (score: (row: Compared) => number) => mean(group.map(score)).toFixed(3);
    console.log(
      (band === 0 ? 'all' : `${100 * from}-${100 * to} %`).padEnd(11) + String(group.length).padEnd(8),
      of(({ sequence }) => sequence.tm), of(({ ours }) => ours.tm), of(({ shape }) => shape.tm),
      '  ', of(({ sequence }) => sequence.right), of(({ ours }) => ours.right),
      '  ', of(({ sequence }) => sequence.nearly), of(({ ours }) => ours.nearly),
    ); // prettier-ignore
  }
}

interface Compared {
  readonly identity: number;
  readonly sequence: Agreement;
  readonly ours: Agreement;
  readonly shape: Agreement;
}

interface Agreement {
  readonly tm: number;
  /** Shares of the residues that an alignment by shape pairs. */
  readonly right: number;
  readonly nearly: number;
}

/** Undefined where the two do not seem to be related. */
function compare(record: ChainRecord, template: TemplateChain): Compared | undefined {
  const query = aatypeOf(record.sequence);
  const [aligned] = alignTemplates(query, [template]);
  if (!aligned?.isRelated) return undefined;
  const [mobile, target] = [traceOf(template), traceOf(templateOf(dataset, record))];
  const byShape = alignStructures(target, mobile);
  const agreement = (pairs: AlignedPairs): Agreement => {
    const partner = new Map(pairs);
    const share = (most: number) =>
      byShape.filter(([i, j]) => Math.abs((partner.get(i) ?? Infinity) - j) <= most).length /
      Math.max(1, byShape.length);
    const points = (trace: Float64Array, side: 0 | 1) =>
      Float64Array.from(pairs.flatMap((pair) => [...trace.subarray(3 * pair[side], 3 * pair[side] + 3)])); // prettier-ignore
    const { tmScore } = superpositionScores(points(mobile, 1), points(target, 0), {
      length: query.length,
    });
    return { tm: tmScore, right: share(0), nearly: share(NEARLY) };
  };
  return {
    identity: aligned.identity,
    sequence: agreement(alignSequences(query, template.aatype, { scope: 'whole' }).pairs),
    ours: agreement(aligned.pairs),
    shape: agreement(byShape),
  };
}

function traceOf({ aatype, atom14 }: TemplateChain): Float64Array {
  return Float64Array.from({ length: 3 * aatype.length }, (_, at) => {
    const [residue, axis] = [Math.floor(at / 3), at % 3];
    return atom14[3 * (14 * residue + CA_SLOT) + axis]!;
  });
}

function printEnvironments(): void {
  const counts = Array.from({ length: NUM_ENVIRONMENTS }, () => new Float64Array(20));
  const total = new Float64Array(20);
  for (const family of clusters.values()) {
    const measured = family.filter(({ kind }) => kind === 'all-atom');
    for (const record of measured) {
      const chain = templateOf(dataset, record);
      for (const [i, environment] of templateEnvironments(chain).environments.entries()) {
        const type = chain.aatype[i]!;
        if (environment < 0 || type >= 20) continue;
        counts[environment]![type]! += 1 / measured.length;
        total[type]! += 1 / measured.length;
      }
    }
  }
  const sum = (row: Float64Array) => row.reduce((all, count) => all + count, 0);
  const usual = total.map((count) => count / sum(total));
  for (const row of counts) {
    const halfBits = Array.from(row, (count, type) => {
      const share = (count + PSEUDOCOUNT * usual[type]!) / (sum(row) + PSEUDOCOUNT);
      return Number((2 * Math.log2(share / usual[type]!)).toFixed(1));
    });
    console.log(`[${halfBits.join(', ')}],`);
  }
}
