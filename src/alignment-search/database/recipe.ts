/** @file Which programs of MMseqs2 run, in which order and with which settings: ColabFold's search. */
import { basename, join } from 'node:path';
import type { Database, DatabaseFolder } from './database.js';

/** One run of `mmseqs`. */
export interface Step {
  /** The program of MMseqs2 and its arguments. */
  readonly words: readonly string[];
  /** One sentence for people who wait. */
  readonly message: string;
}

/** Where a search works. */
export interface SearchPlace {
  /** Folder that is its own; everything in it may be thrown away. */
  readonly folder: string;
  readonly threads: number;
}

/** Names of result files: `0.uniref.a3m` for the first query, and so on. */
export const MAIN_RESULT = '.uniref.a3m';
export const ENVIRONMENTAL_RESULT = '.environmental.a3m';
export const PAIRED_RESULT = '.paired.a3m';

const SEARCH = '--num-iterations 3 -a -e 0.1 --max-seqs 10000 -s 8'.split(' ');
const EXPAND = '--expansion-mode 0 -e inf'.split(' ');
const EXPAND_FILTERED = '--expand-filter-clusters 1 --max-seq-id 0.95'.split(' ');
const EXPAND_ALL = '--expand-filter-clusters 0 --max-seq-id 0.95'.split(' ');
const ALIGN = '-e 10 --max-accept 100000 --alt-ali 10 -a'.split(' ');
const FILTER = '--qid 0 --qsc 0.8 --diff 0 --max-seq-id 1.0 --filter-min-enable 100'.split(' ');
const FILTER_ROWS =
  '--filter-msa 1 --filter-min-enable 1000 --diff 3000 --qid 0.0,0.2,0.4,0.6,0.8,1.0 --qsc 0 --max-seq-id 0.95'.split(
    ' ',
  );
const ALIGN_PAIRS = '-e 0.001 --max-accept 1000000 -c 0.5 --cov-mode 1'.split(' ');

/**
 * Makes a database of the queries.
 *
 * @param fasta file with the queries
 * @param place where to work
 */
export function querySteps(fasta: string, place: SearchPlace): Step[] {
  return [step('The query is prepared.', 'createdb', fasta, at(place, 'qdb'), '--shuffle', '0')];
}

/**
 * Searches the databases of a folder for relatives: three iterations, members of the clusters that were hit, all aligned
 * to the profile, filtered, and written as a3m.
 *
 * @param databases what is searched
 * @param place where the query has been prepared
 * @source ColabFold, colabfold/mmseqs/search.py, "mmseqs_search_monomer"
 */
export function relativeSteps({ main, environmental }: DatabaseFolder, place: SearchPlace): Step[] {
  const [query, profile] = [at(place, 'qdb'), at(place, 'prof_res')];
  const steps = [
    searchStep(main, place, query, 'res'),
    step('A profile is made.', 'mvdb', at(place, 'tmp_res/latest/profile_1'), profile),
    step('A profile is made.', 'lndb', `${query}_h`, `${profile}_h`),
    ...alignmentSteps(main, place, {
      query,
      profile,
      hits: 'res',
      expand: [...EXPAND, ...EXPAND_FILTERED],
      output: MAIN_RESULT,
    }),
  ];
  if (!environmental) return steps;
  const output = ENVIRONMENTAL_RESULT;
  const nextProfile = at(place, 'tmp_env/latest/profile_1');
  return [
    ...steps,
    searchStep(environmental, place, profile, 'env'),
    ...alignmentSteps(environmental, place, {
      query: profile,
      profile: nextProfile,
      hits: 'env',
      expand: EXPAND,
      output,
    }),
  ];
}

/**
 * Pairs the relatives of several queries by organism, after {@link relativeSteps}.
 *
 * @param database the main one, which must know organisms
 * @param place where its hits are
 * @source ColabFold, colabfold/mmseqs/search.py, "mmseqs_search_pair"
 */
export function pairingSteps(database: Database, place: SearchPlace): Step[] {
  const [query, message] = [at(place, 'qdb'), 'Relatives are paired by organism.'];
  const run = (program: string, ...words: string[]): Step =>
    step(message, program, query, ...words, ...reading(database, place));
  const { sequences, members, path } = database;
  const [hits, expanded, aligned, paired, traced, final, rows] = [
    'res',
    'pair_exp',
    'pair_ali',
    'pair',
    'pair_bt',
    'pair_end',
    'pair_a3m',
  ].map((name) => at(place, name)) as [string, string, string, string, string, string, string];
  return [
    ...(members
      ? [run('expandaln', sequences, hits, members, expanded, ...EXPAND, ...EXPAND_ALL)]
      : []),
    run('align', sequences, members ? expanded : hits, aligned, ...ALIGN_PAIRS),
    run('pairaln', path, aligned, paired),
    run('align', sequences, paired, traced, '-e', 'inf', '-a'),
    run('pairaln', path, traced, final),
    run('result2msa', sequences, final, rows, '--msa-format-mode', '5'),
    unpackStep(place, 'pair_a3m', PAIRED_RESULT),
  ];
}

const step = (message: string, ...words: string[]): Step => ({ message, words });
const at = ({ folder }: SearchPlace, name: string): string => join(folder, name);

/** What programs that read the database need to know; an index is meant to be mapped into memory. */
const reading = ({ sequences }: Database, { threads }: SearchPlace): string[] => [
  '--db-load-mode',
  sequences.endsWith('.idx') ? '2' : '0',
  '--threads',
  `${threads}`,
];

function searchStep(database: Database, place: SearchPlace, query: string, hits: string): Step {
  return step(
    `${basename(database.path)} is searched for relatives.`,
    'search',
    query,
    database.path,
    at(place, hits),
    at(place, `tmp_${hits}`),
    ...SEARCH,
    ...reading(database, place),
  );
}

/** From hits to an alignment. */
interface AlignmentStage {
  /** What the hits were found with. */
  readonly query: string;
  /** What they are aligned to. */
  readonly profile: string;
  readonly hits: string;
  readonly expand: readonly string[];
  readonly output: string;
}

function alignmentSteps(database: Database, place: SearchPlace, stage: AlignmentStage): Step[] {
  const { sequences, members } = database;
  const message = `The relatives in ${basename(database.path)} are aligned.`;
  const run = (program: string, ...words: string[]): Step =>
    step(message, program, ...words, ...reading(database, place));
  const query = at(place, 'qdb');
  const names = ['', '_exp', '_ali', '_filter', '_a3m'].map((suffix) =>
    at(place, stage.hits + suffix),
  );
  const [hits, expanded, aligned, filtered, rows] = names as [
    string,
    string,
    string,
    string,
    string,
  ];
  return [
    ...(members
      ? [run('expandaln', stage.query, sequences, hits, members, expanded, ...stage.expand)]
      : []),
    run('align', stage.profile, sequences, members ? expanded : hits, aligned, ...ALIGN),
    run('filterresult', query, sequences, aligned, filtered, ...FILTER),
    run('result2msa', query, sequences, filtered, rows, '--msa-format-mode', '6', ...FILTER_ROWS),
    unpackStep(place, `${stage.hits}_a3m`, stage.output),
  ];
}

/** Writes each query's result to a file of its own. */
const unpackStep = (place: SearchPlace, result: string, ending: string): Step =>
  step(
    'The alignment is written.',
    'unpackdb',
    at(place, result),
    place.folder,
    '--unpack-name-mode',
    '0',
    '--unpack-suffix',
    ending,
  );
