/**
 * @file How well neighbours tell families apart: how often a pair of the same cluster is more alike than a pair of
 * different ones (the area under the curve), and what of both the limit of relatedness lets pass.
 *
 * `npm run bench:neighbours -- DATA [--seed 1]`, DATA being a data set with index.tsv and atom14.i16.
 */
import { parseArgs } from 'node:util';
import { RELATED, sharedWords, wordsOf } from '#sequence/shared-words';
import { openDataset, type ChainRecord } from '#training/data/dataset';
import { Random } from '#training/data/random';

/** Pairs of different clusters for each pair of one. */
const STRANGERS = 10;
/** The bar: below it neighbours say nothing. */
const LEAST_AREA = 0.9;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' } },
});
if (positionals.length !== 1) throw new Error('usage: npm run bench:neighbours -- DATA');
const dataset = await openDataset(positionals[0]!);
const random = new Random(Number(values.seed));
const clusters = new Map<string, ChainRecord[]>();
for (const record of dataset.chains)
  clusters.set(record.cluster, [...(clusters.get(record.cluster) ?? []), record]);
const families = [...clusters.values()].filter(({ length }) => length > 1);
const similarity = (one: ChainRecord, other: ChainRecord): number =>
  sharedWords(wordsOf([one.sequence]), wordsOf([other.sequence]));

const relatives: number[] = [];
const strangers: number[] = [];
for (const family of families) {
  const first = random.pick(family);
  relatives.push(similarity(first, random.pick(family.filter((chain) => chain !== first))));
  const others = families.filter((other) => other !== family);
  for (let i = 0; i < STRANGERS; i++)
    strangers.push(similarity(first, random.pick(random.pick(others))));
}
const sorted = Float64Array.from(strangers).sort();
/** Share of the strangers that are less alike, those that are just as alike counted half. */
const shareBelow = (value: number): number => {
  const below = sorted.filter((other) => other < value).length;
  const equal = sorted.filter((other) => other === value).length;
  return (below + equal / 2) / sorted.length;
};
const area = relatives.reduce((sum, value) => sum + shareBelow(value), 0) / relatives.length;
const shareRelated = (pairs: readonly number[]): string =>
  `${((100 * pairs.filter((value) => value >= RELATED).length) / pairs.length).toFixed(2)} %`;
console.log(`pairs of one cluster: ${relatives.length}, ${shareRelated(relatives)} related`);
console.log(`pairs of different clusters: ${strangers.length}, ${shareRelated(strangers)} related`);
console.log(`area under the curve: ${area.toFixed(4)}`);
if (area < LEAST_AREA) process.exitCode = 1;
