import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseStructure } from '#bio-pdb/parse-structure';
import { warningText } from '#bio-pdb/warnings';
import { FoldError, messageOf } from '#errors';
import { makeWritableFolder } from '#machine/make-folder';
import { systemCode } from '#machine/system-code';
import type { ChainKind } from '#training/data/dataset';
import { chainsOfStructure, type BuiltChain } from './chains-of-structure.js';
import { readClusterFile } from './cluster-file.js';
import { clusterSequences } from './cluster-sequences.js';
import { splitClusters } from './splits.js';
import { writeDataset, type PlacedChain } from './write-dataset.js';

const STRUCTURE_FILE = /\.(pdb|ent|cif|mmcif)(\.gz)?$/i;

/** How a data set is built. */
export interface BuildOptions {
  readonly minLength: number;
  readonly maxLength: number;
  /** Share of the clusters kept for validation, 0-1. */
  readonly valShare: number;
  /** Clusters of the chains, named `1ABC_A`; found by common words where absent. */
  readonly clusterFile?: string | undefined;
  /** Told of every file and chain that is left out, and why; duplicates and lengths are only counted. */
  readonly onLeftOut?: (what: string, reason: string) => void;
  /** Told how a file departs from its format, and what was made of it. */
  readonly onWarning?: (text: string) => void;
}

/** What became of the chains. */
export interface BuildReport {
  readonly files: number;
  readonly unreadableFiles: number;
  readonly refusedChains: number;
  readonly wrongLength: number;
  readonly duplicates: number;
  readonly chains: number;
  readonly residues: number;
  readonly clusters: number;
  readonly val: number;
}

/**
 * Makes a data set from all PDB and mmCIF files (plain or gzipped) in a folder and its subfolders. Of chains with the
 * same sequence the most completely measured is kept, the first of equals by file name. The same files give the same
 * bytes.
 *
 * @param source folder of structure files
 * @param directory where the data set goes
 * @param options see {@link BuildOptions}
 * @throws {@link FoldError} `FILE_READ`, `FILE_WRITE`, `PARSE_DATASET`; `USAGE` where no chain is left
 */
export async function buildDataset(
  source: string,
  directory: string,
  options: BuildOptions,
): Promise<BuildReport> {
  const files = await structureFiles(source);
  makeWritableFolder(directory);
  const counts = { unreadableFiles: 0, refusedChains: 0, wrongLength: 0, duplicates: 0 };
  const unique = new Map<string, BuiltChain>();
  for (const file of files) {
    const chains = await chainsOfFile(join(source, file), {
      refuse: (what, reason, kind) => {
        counts[kind]++;
        options.onLeftOut?.(what, reason);
      },
      warn: (text) => options.onWarning?.(text),
    });
    for (const chain of chains) {
      const { length } = chain.sequence;
      const known = unique.get(chain.sequence);
      if (length < options.minLength || length > options.maxLength) counts.wrongLength++;
      else {
        if (known) counts.duplicates++;
        if (!known || completeness(chain) > completeness(known)) unique.set(chain.sequence, chain);
      }
    }
  }
  const chains = [...unique.values()];
  if (chains.length === 0) {
    throw new FoldError('USAGE', `no protein chain in ${source} can be used`, {
      hint: `${files.length} structure files were found; chains must have ${options.minLength} to ${options.maxLength} residues`,
    });
  }
  const placed = await placeChains(chains, options);
  await writeDataset(directory, placed);
  return {
    files: files.length,
    ...counts,
    chains: placed.length,
    residues: chains.reduce((sum, { sequence }) => sum + sequence.length, 0),
    clusters: new Set(placed.map(({ cluster }) => cluster)).size,
    val: placed.filter(({ split }) => split === 'val').length,
  };
}

async function structureFiles(source: string): Promise<string[]> {
  const names = await readdir(source, { recursive: true }).catch((cause: unknown) => {
    throw new FoldError('FILE_READ', `cannot read the folder ${source}`, { cause });
  });
  return names.filter((name) => STRUCTURE_FILE.test(name)).sort();
}

interface Reporter {
  refuse(what: string, reason: string, kind: 'unreadableFiles' | 'refusedChains'): void;
  warn(text: string): void;
}

async function chainsOfFile(path: string, report: Reporter): Promise<BuiltChain[]> {
  const name = basename(path).replace(STRUCTURE_FILE, '');
  try {
    const structure = parseStructure(await readFile(path), path);
    for (const warning of structure.warnings) report.warn(warningText(warning, path));
    const found = chainsOfStructure(structure, name);
    return found.flatMap((chain) => {
      if (!('reason' in chain)) return [chain];
      report.refuse(`${path} chain ${chain.chain}`, chain.reason, 'refusedChains');
      return [];
    });
  } catch (error) {
    if (!(error instanceof FoldError) && systemCode(error) === undefined) {
      throw error;
    }
    report.refuse(path, messageOf(error), 'unreadableFiles');
    return [];
  }
}

const KINDS: readonly ChainKind[] = ['ca-only', 'backbone-no-o', 'backbone', 'all-atom'];

/** Grows with what was measured; breaks break ties. */
function completeness({ kind, breaks }: BuiltChain): number {
  return KINDS.indexOf(kind) - breaks / (1 + breaks) / 2;
}

async function placeChains(
  chains: readonly BuiltChain[],
  { clusterFile, valShare }: BuildOptions,
): Promise<PlacedChain[]> {
  const sequences = chains.map(({ sequence }) => sequence);
  const clusters =
    clusterFile === undefined
      ? Array.from(clusterSequences(sequences), (group) => `c${group}`)
      : await givenClusters(chains, clusterFile);
  const splits = splitClusters(sequences, clusters, valShare);
  return chains.map((chain, i) => ({ chain, cluster: clusters[i]!, split: splits[i]! }));
}

async function givenClusters(chains: readonly BuiltChain[], path: string): Promise<string[]> {
  const clusters = await readClusterFile(path);
  return chains.map(({ pdb, chain }) => {
    const name = `${pdb}_${chain}`;
    const cluster = clusters.get(name);
    if (cluster !== undefined) return cluster;
    throw new FoldError('PARSE_DATASET', `${path} names no cluster for ${name}`, {
      hint: 'every chain needs one; without --clusters they are found by common words',
    });
  });
}
