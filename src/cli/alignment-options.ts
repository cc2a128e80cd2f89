/** @file Options that say where alignments come from, and what a model draws from them. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { alignmentSource } from '#alignment-search/alignment-source';
import type { AlignmentSource } from '#alignment-search/found-alignment';
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import type { RequestedAlignment } from '#architectures/family';
import { FoldError } from '#errors';
import { gunzip, isGzip } from '#gzip/gunzip';
import type { PredictionRequest } from '#predict/prediction';
import { wholeNumber } from './sequence-options.js';

/** Unpacked; as alignments are read. */
const MAX_BYTES = 1024 ** 3;

/** What a user says about alignments. */
export interface AlignmentFlags {
  readonly msa: string;
  readonly msaServer?: string;
  readonly maxMsa?: Pick<RequestedAlignment, 'maxClusters' | 'maxExtra'>;
  readonly msaSampling?: 'random' | 'first';
  readonly seed?: number;
}

/** Adds `--msa` and its kin. */
export function addAlignmentOptions(command: Command): Command {
  return command
    .option(
      '--msa <where>',
      'where AlphaFold 2 gets its alignments: a file, a folder with NAME.a3m for each record (or NAME_H.a3m for its chain H), "server", "database:DIR", or "none"',
      'none',
    )
    .option('--msa-server <url>', 'MMseqs2 server that "--msa server" sends the sequences to')
    .addOption(
      new Option(
        '--max-msa <clusters:extra>',
        'how many rows of the alignment the network reads, such as 512:1024',
      ).argParser(readMaxMsa),
    )
    .addOption(
      new Option(
        '--msa-sampling <how>',
        'draw rows at random and mask some of their letters, or take the first rows as they are',
      ).choices(['random', 'first']),
    )
    .option('--seed <number>', 'seed of the random rows and masks; 0 if left out', wholeNumber);
}

/** Where the alignments of a run come from; undefined where there are none. @throws FoldError `USAGE` */
export function sourceOf({ msa, msaServer }: AlignmentFlags): AlignmentSource | undefined {
  if (msaServer !== undefined && msa !== 'server')
    throw new FoldError('USAGE', '--msa-server is only asked with "--msa server"');
  return alignmentSource(msa, { server: msaServer });
}

/**
 * A request with its alignment.
 *
 * @param request without one
 * @param source see {@link sourceOf}
 * @param options what to do with it, and how to follow the search
 * @throws FoldError `ALIGNMENT_SEARCH`, `FILE_READ`, `PARSE_ALIGNMENT`, `ALIGNMENT_MISMATCH`; the reason of the signal
 */
export async function withAlignment(
  request: PredictionRequest,
  source: AlignmentSource,
  options: {
    readonly flags: AlignmentFlags;
    readonly signal: AbortSignal;
    readonly onMessage: (message: string) => void;
  },
): Promise<PredictionRequest> {
  const { flags, signal, onMessage } = options;
  const chains = request.chains.map(({ sequence }) => sequence);
  const { bytes, name } = await source.find(request.chains, request.name, {
    signal,
    onProgress: ({ message }) => {
      onMessage(message);
    },
  });
  alignmentOfChains(chains, bytes, name); // refused now, by its name, and not after the model has started
  const { maxMsa, msaSampling: sampling, seed } = flags;
  const text = textOf(bytes, name);
  return {
    ...request,
    alignment: {
      text,
      ...maxMsa,
      ...(sampling === undefined ? {} : { sampling }),
      ...(seed === undefined ? {} : { seed }),
    },
  };
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder().decode(isGzip(bytes) ? gunzip(bytes, MAX_BYTES) : bytes);
  } catch (cause) {
    throw new FoldError('FILE_READ', `${name}: the gzip data are broken or cut short`, { cause });
  }
}

function readMaxMsa(text: string): NonNullable<AlignmentFlags['maxMsa']> {
  const [, clusters, extra] = /^([1-9]\d{0,5}):(\d{1,6})$/.exec(text) ?? [];
  if (clusters === undefined)
    throw new InvalidArgumentError('Give two numbers with a colon between them, such as 512:1024.');
  return { maxClusters: Number(clusters), maxExtra: Number(extra) };
}
