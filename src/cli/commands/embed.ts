import { InvalidArgumentError, Option, type Command } from 'commander';
import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import { eachRecord } from '#cli/each-record';
import {
  checkEmbeddingPath,
  openEmbeddingOutput,
  type EmbeddingOutput,
} from '#cli/embedding-output';
import { worstExitCode, type ExitCode } from '#cli/exit-codes';
import { interruptSignal } from '#cli/interrupt';
import { engineFor } from '#cli/engine-options';
import {
  addLanguageModelOptions,
  understandChains,
  withLanguageModel,
  type LanguageModelFlags,
} from '#cli/language-model-run';
import { print } from '#cli/report';
import { INPUT_HELP } from '#cli/sequence-options';
import { embed, EMBEDDING_KINDS, type EmbeddingKind } from '#predict/embeddings';

interface EmbedFlags extends LanguageModelFlags {
  readonly out: string;
  readonly what: readonly EmbeddingKind[];
}

const HELP = `
What can be written for each chain of N residues:
  per-residue   [N, C] last hidden states of the language model, normalised
  mean          [C]    their mean over residues: one vector for each protein, for search and classification
  contacts      [N, N] probability that two residues lie within 8 Å
  logits        [N, 33] logits of every token, in the order of ESM-2's alphabet
A .safetensors file has one tensor for each, named CHAIN/WHAT, and sequence:CHAIN in its metadata; a .json file has one
record for each chain in "chains"; a .jsonl file (JSON Lines) has a line for each chain, for data too large to be read at
once.

What is finished is kept in FILE.part until all chains are done, and can be read there. An interrupted run goes on where it
stopped. A file with other chains, weights or kinds of data is left alone unless --overwrite is given.

Examples:
  $ codonfold embed proteins.fasta --model esm2_t33_650M_UR50D -o proteins.safetensors
  $ codonfold embed MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPP --what mean -o ubiquitin.json`;

/** Adds `codonfold embed`. */
export function addEmbed(program: Command): void {
  const command = program
    .command('embed')
    .summary('compute embeddings with a protein language model')
    .description('Run a language model on each chain and write its representations.')
    .argument('<INPUT...>', INPUT_HELP)
    .requiredOption('-o, --out <file>', 'file to write: .safetensors, .json or .jsonl')
    .addOption(
      new Option(
        '--what <list>',
        `what to write, separated by commas: ${EMBEDDING_KINDS.join(', ')}`,
      )
        .default(['per-residue', 'mean'], 'per-residue,mean')
        .argParser(readKinds),
    );
  addLanguageModelOptions(command, 'compute')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: EmbedFlags) => {
      process.exitCode = await embedAll(inputs, flags);
    });
}

async function embedAll(inputs: readonly string[], flags: EmbedFlags): Promise<ExitCode> {
  const layoutOf = checkEmbeddingPath(flags.out);
  const signal = interruptSignal();
  const { chains, code } = await understandChains(inputs, flags);
  if (chains.length === 0) return code;
  const engine = await engineFor(flags);
  return withLanguageModel(flags.model, engine, async (runner, model) => {
    const { precision = 'float32' } = engine.facts;
    const source = { model: model.name, modelSha256: model.sha256, what: flags.what, precision };
    const plan = { source, chains, channels: model.config.channels };
    const overwrite = flags.overwrite === true;
    const output = await openEmbeddingOutput(flags.out, { plan, layoutOf, overwrite });
    if (!output) return code;
    return worstExitCode([code, await addAll(output, chains, { runner, flags, signal })]);
  });
}

/** Embeds what an output lacks. Whatever ends it, what is done stays. */
async function addAll(
  output: EmbeddingOutput,
  chains: readonly NamedSequence[],
  run: { runner: LanguageModelRunner; flags: EmbedFlags; signal: AbortSignal },
): Promise<ExitCode> {
  const { runner, flags, signal } = run;
  const left = chains.filter(({ name }) => !output.done.has(name));
  let numTried = 0;
  try {
    const code = await eachRecord(left, async (chain) => {
      numTried++;
      await output.add(await embed(runner, chain, flags.what, signal));
      print(`${chain.name}: ${chain.sequence.length} residues, ${flags.what.join(', ')}`);
    });
    if (numTried === left.length) await output.finish();
    return code;
  } finally {
    await output.close();
  }
}

function readKinds(text: string): EmbeddingKind[] {
  const wanted = text.split(',').map((kind) => kind.trim().toLowerCase());
  const known = EMBEDDING_KINDS.filter((kind) => wanted.includes(kind));
  if (known.length === 0 || wanted.some((kind) => !known.some((one) => one === kind)))
    throw new InvalidArgumentError(`Give some of ${EMBEDDING_KINDS.join(', ')}.`);
  return known;
}
