import type { Command } from 'commander';
import {
  LanguageModelRunner,
  type NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import { availableMemory } from '#machine/available-memory';
import { loadLanguageModel } from '#predict/node/load-language-model';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { eachRecord } from './each-record.js';
import { worstExitCode, type ExitCode } from './exit-codes.js';
import { readInputs } from './read-inputs.js';
import { inputRecords } from './records.js';
import { understand } from './understand.js';
import {
  addCodeOptions,
  addFrameOption,
  addTypeOption,
  type SequenceFlags,
} from './sequence-options.js';
import { addThreadsOption, type ThreadsFlag } from './threads-option.js';

/** Options of every command that runs a language model on its own. */
export interface LanguageModelFlags extends SequenceFlags, ThreadsFlag {
  readonly model: string;
}

/** Adds the model and how inputs are understood. */
export function addLanguageModelOptions(command: Command): Command {
  command.option(
    '--model <name|dir>',
    'an ESM-2 model of "codonfold models", a folder or file; ours where left out',
    DEFAULT_MODEL,
  );
  addTypeOption(command, ['auto', 'protein', 'dna', 'rna']);
  return addThreadsOption(addFrameOption(addCodeOptions(command)));
}

/**
 * Does the same work for each chain of the inputs with one language model. A record that fails is reported and does not
 * stop the others.
 *
 * @param work for one chain; several chains of a record are named `record-A`, `record-B`, …
 * @returns exit code over all
 */
export async function eachChain(
  inputs: readonly string[],
  flags: LanguageModelFlags,
  work: (chain: NamedSequence, runner: LanguageModelRunner) => Promise<void>,
): Promise<ExitCode> {
  const found: NamedSequence[] = [];
  const understood = await eachRecord(inputRecords(await readInputs(inputs), flags), (record) => {
    const { chains } = understand(record, flags);
    for (const { id, sequence } of chains)
      found.push({ name: chains.length > 1 ? `${record.name}-${id}` : record.name, sequence });
  });
  if (found.length === 0) return understood;
  const model = loadLanguageModel(flags.model);
  const runner = new LanguageModelRunner(nodeEngine(flags.threads), model, {
    memoryBytes: availableMemory,
  });
  try {
    return worstExitCode([understood, await eachRecord(found, (chain) => work(chain, runner))]);
  } finally {
    await runner.close();
  }
}
