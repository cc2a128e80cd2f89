#!/usr/bin/env node
/** @file The `codonfold` command. Only the code of the command that is asked for is loaded, so that it starts fast. */
import { Command, CommanderError } from 'commander';
import { FoldError } from '#errors';
import { unwritable } from '#machine/unwritable';
import { VERSION } from '#version';
import { reportError } from './report.js';

/** How to add each command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  predict: async () => (await import('./commands/predict.js')).addPredict,
  translate: async () => (await import('./commands/translate.js')).addTranslate,
  orfs: async () => (await import('./commands/orfs.js')).addOrfs,
  embed: async () => (await import('./commands/embed.js')).addEmbed,
  compare: async () => (await import('./commands/compare.js')).addCompare,
  mutate: async () => (await import('./commands/mutate.js')).addMutate,
  library: async () => (await import('./commands/library.js')).addLibrary,
  devices: async () => (await import('./commands/devices.js')).addDevices,
  models: async () => (await import('./commands/models.js')).addModels,
  serve: async () => (await import('./commands/serve.js')).addServe,
  worker: async () => (await import('./commands/worker.js')).addWorker,
  mcp: async () => (await import('./commands/mcp.js')).addMcp,
  train: async () => (await import('./commands/train.js')).addTrain,
  data: async () => (await import('./commands/data.js')).addData,
  evaluate: async () => (await import('./commands/evaluate.js')).addEvaluate,
  check: async () => (await import('./commands/check.js')).addCheck,
  export: async () => (await import('./commands/export.js')).addExport,
};

const HELP = `
Start here:
  $ codonfold predict genes.fasta -o structures     fold every gene, mRNA or protein of a file
  $ codonfold predict --help                        what is written, and how inputs are understood`;

/** 128 + SIGPIPE. */
const BROKEN_PIPE = 141;

/** The program with the command that the first word names, or with all where it names none. */
async function programFor(words: readonly string[]): Promise<Command> {
  const program = new Command('codonfold')
    .description('From codon to fold: a gene, an mRNA or a protein becomes a 3D structure.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const named = COMMANDS[words[0] ?? ''];
  const loaders = named ? [named] : Object.values(COMMANDS);
  for (const load of loaders) (await load())(program);
  return program;
}

/** Runs one command; what it throws becomes words and an exit code. */
async function main(words: readonly string[]): Promise<void> {
  const program = await programFor(words);
  try {
    if (words.length === 0) program.help({ error: true });
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = reportError(error);
    else if (error.code === 'commander.help') process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error.exitCode !== 0) process.exitCode = reportError(usageError(error, words));
  }
}

function usageError({ message, code }: CommanderError, words: readonly string[]): FoldError {
  const known =
    code !== 'commander.unknownCommand' && words[0] !== undefined && words[0] in COMMANDS;
  const [first = '', ...suggestion] = message.replace(/^error: /, '').split('\n');
  const help = `codonfold ${known ? `${words[0]} ` : ''}--help`;
  return new FoldError('USAGE', first, { hint: [...suggestion, `see "${help}"`].join(' ') });
}

// A reader that has seen enough (`codonfold orfs … | head`) ends the program as it would end any other.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(BROKEN_PIPE);
    process.exit(reportError(unwritable('what is printed', error)));
  });
await main(process.argv.slice(2));
