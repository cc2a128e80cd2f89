/** @file Files of a record that several models fold: the best model's have rank 001 in their names. */
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '#machine/system-code';
import { unwritable } from '#machine/unwritable';
import { writeWhole } from '#machine/write-whole';
import type { Confidence } from '#predict/files/confidence';
import { resultPaths } from './result-folder.js';

/** A result among those of other models. */
export interface RankedResult {
  /** The best is 1. */
  readonly rank: number;
  readonly model: Confidence['model'];
  /** 0-100 */
  readonly meanPlddt: number;
  /** 0-1 */
  readonly ptm: number;
  /** 0-1; complexes only. */
  readonly iptm?: number;
  /** By which it is ranked: 0-100 for one chain, 0-1 for a complex. */
  readonly score: number;
  readonly numRecycles: number;
  /** How the names of its files begin. */
  readonly files: string;
}

/** What `NAME.ranking.json` holds. */
export interface Ranking {
  readonly name: string;
  readonly rankedBy: 'meanPlddt' | '0.8 iptm + 0.2 ptm';
  /** The best first. */
  readonly results: readonly RankedResult[];
}

/** Endings of a result's file names, the description last: where it is, everything is. */
const ENDINGS = Object.values(resultPaths('', ''));

const unranked = (name: string, label: string): string => `${name}_${label}`;
const ranked = (name: string, label: string, rank: number): string =>
  `${name}_rank_${String(rank).padStart(3, '0')}_${label}`;

/**
 * How the names of a model's files begin, with the rank that an earlier run gave them. Where that run was killed while it
 * named them, they lose their rank first.
 *
 * @param directory of the results
 * @param name of the record
 * @param label of the model
 * @returns what the files of a model that has none yet shall begin with
 * @throws FoldError `FILE_WRITE`
 */
export async function stemOf(directory: string, name: string, label: string): Promise<string> {
  const plain = unranked(name, label);
  const ofModel = (await rankedFiles(directory, name)).filter((file) => file.label === label);
  const stems = [...new Set(ofModel.map(({ rank }) => ranked(name, label, rank)))];
  const names = await namesIn(directory);
  const hasPlain = ENDINGS.some((ending) => names.includes(plain + ending));
  if (stems.length === 1 && !hasPlain) return stems[0]!;
  for (const stem of stems) await renameResult(directory, stem, plain);
  return plain;
}

/**
 * Names the files of a record by how much their models trust them (one chain: mean pLDDT; a complex: ipTM and pTM), and writes `NAME.ranking.json`. Files of models that
 * are not among them lose their rank.
 *
 * @param directory of the results
 * @param name of the record
 * @param stems by the label of each model, as {@link stemOf} gives them; their results are complete
 * @returns the best first
 * @throws FoldError `FILE_WRITE`
 */
export async function rankResults(
  directory: string,
  name: string,
  stems: ReadonlyMap<string, string>,
): Promise<Ranking> {
  const found = await Promise.all(
    [...stems].map(async ([label, stem]) => ({
      ...{ label, stem },
      confidence: await readConfidence(resultPaths(directory, stem).confidence),
    })),
  );
  found.sort((a, b) => scoreOf(b.confidence) - scoreOf(a.confidence));
  for (const { label, rank } of await rankedFiles(directory, name)) {
    if (stems.has(label)) continue;
    await renameResult(directory, ranked(name, label, rank), unranked(name, label));
  }
  const results: RankedResult[] = [];
  for (const [index, { label, stem, confidence }] of found.entries()) {
    const rank = index + 1;
    const files = ranked(name, label, rank);
    await renameResult(directory, stem, files);
    const { model, meanPlddt, ptm, iptm, numRecycles } = confidence;
    const score = scoreOf(confidence);
    const scores = { meanPlddt, ptm, ...(iptm === undefined ? {} : { iptm }), score };
    results.push({ rank, model, ...scores, numRecycles, files });
  }
  const isComplex = results.some(({ iptm }) => iptm !== undefined);
  const rankedBy = isComplex ? '0.8 iptm + 0.2 ptm' : 'meanPlddt';
  const ranking: Ranking = { name, rankedBy, results };
  const path = join(directory, `${name}.ranking.json`);
  await writeWhole(path, `${JSON.stringify(ranking, null, 1)}\n`);
  return ranking;
}

/**
 * How much a model trusts its result: a complex is judged by how its chains lie to each other, not by each chain's own fold.
 *
 * @source Evans et al. 2022 (AlphaFold-Multimer), section 2.5 "Confidence scores"
 */
function scoreOf({ meanPlddt, ptm, iptm }: Confidence): number {
  return iptm === undefined ? meanPlddt : 0.8 * iptm + 0.2 * ptm;
}

interface RankedFile {
  readonly label: string;
  readonly rank: number;
}

/** Files of a record that have a rank. */
async function rankedFiles(directory: string, name: string): Promise<RankedFile[]> {
  const start = `${name}_rank_`;
  return (await namesIn(directory)).flatMap((file): RankedFile[] => {
    const ending = ENDINGS.find((one) => file.endsWith(one));
    if (!file.startsWith(start) || ending === undefined) return [];
    const [, rank, label] = /^(\d{3,})_(.+)$/.exec(file.slice(start.length, -ending.length)) ?? [];
    return label === undefined ? [] : [{ label, rank: Number(rank) }];
  });
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

async function readConfidence(path: string): Promise<Confidence> {
  return JSON.parse(await readFile(path, 'utf8')) as Confidence;
}

/** Renames the files of a result, the description last. */
async function renameResult(directory: string, from: string, to: string): Promise<void> {
  if (from === to) return;
  for (const ending of ENDINGS) {
    const path = join(directory, from + ending);
    try {
      await rename(path, join(directory, to + ending));
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') continue; // a format that was not asked for
      throw unwritable(path, cause, 'results are named by their rank once all models are done');
    }
  }
}
