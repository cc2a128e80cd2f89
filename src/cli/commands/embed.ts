import { InvalidArgumentError, Option, type Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import {
  addLanguageModelOptions,
  eachChain,
  type LanguageModelFlags,
} from '#cli/language-model-run';
import { print } from '#cli/report';
import { writeResultFile } from '#cli/result-folder';
import { INPUT_HELP } from '#cli/sequence-options';
import { FoldError } from '#errors';
import { embed, EMBEDDING_KINDS, type Embedding, type EmbeddingKind } from '#predict/embeddings';
import { embeddingsJson, embeddingsSafetensors } from '#predict/files/embedding-files';

interface EmbedFlags extends LanguageModelFlags {
  readonly out: string;
  readonly what: readonly EmbeddingKind[];
}

const WRITERS = { '.safetensors': embeddingsSafetensors, '.json': embeddingsJson } as const;

const HELP = `
What can be written for each chain of N residues:
  per-residue   [N, C] last hidden states of the language model, normalised
  mean          [C]    their mean over residues: one vector a protein, for search and classification
  contacts      [N, N] probability that two residues lie within 8 Å
  logits        [N, 33] of every token; the order is that of ESM-2's alphabet
A .safetensors file has one tensor for each, named CHAIN/WHAT; a .json file has one record a chain.

Examples:
  $ codonfold embed proteins.fasta --model esm2_t33_650M_UR50D -o proteins.safetensors
  $ codonfold embed MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPP --what mean -o ubiquitin.json`;

/** Adds `codonfold embed`. */
export function addEmbed(program: Command): void {
  const command = program
    .command('embed')
    .summary('what a protein language model says of sequences')
    .description('Run a language model on each chain and write its representations.')
    .argument('<INPUT...>', INPUT_HELP)
    .requiredOption('-o, --out <file>', 'file to write: .safetensors or .json')
    .addOption(
      new Option('--what <list>', `of ${EMBEDDING_KINDS.join(', ')}; apart by commas`)
        .default(['per-residue', 'mean'], 'per-residue,mean')
        .argParser(readKinds),
    );
  addLanguageModelOptions(command)
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: EmbedFlags) => {
      process.exitCode = await embedAll(inputs, flags);
    });
}

async function embedAll(inputs: readonly string[], flags: EmbedFlags) {
  const write = writerFor(flags.out);
  const signal = interruptSignal();
  const embeddings: Embedding[] = [];
  const code = await eachChain(inputs, flags, async (chain, runner) => {
    embeddings.push(await embed(runner, chain, flags.what, signal));
    print(`${chain.name}: ${chain.sequence.length} residues, ${flags.what.join(', ')}`);
  });
  if (embeddings.length > 0) {
    await writeResultFile(flags.out, write(embeddings, { model: flags.model }));
    print(`${embeddings.length} of ${flags.model} → ${flags.out}`);
  }
  return code;
}

function writerFor(path: string) {
  const ending = Object.keys(WRITERS).find((known) => path.toLowerCase().endsWith(known));
  if (ending === undefined)
    throw new FoldError('USAGE', `${path}: the format is told by the ending`, {
      hint: `end it with ${Object.keys(WRITERS).join(' or ')}`,
    });
  return WRITERS[ending as keyof typeof WRITERS];
}

function readKinds(text: string): EmbeddingKind[] {
  const wanted = text.split(',').map((kind) => kind.trim().toLowerCase());
  const known = EMBEDDING_KINDS.filter((kind) => wanted.includes(kind));
  if (known.length === 0 || wanted.some((kind) => !known.some((one) => one === kind)))
    throw new InvalidArgumentError(`Give some of ${EMBEDDING_KINDS.join(', ')}.`);
  return known;
}
