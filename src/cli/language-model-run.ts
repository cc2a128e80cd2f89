import type { Command } from 'commander';
import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import {
  languageModelRunner,
  loadLanguageModel,
  type IdentifiedLanguageModel,
} from '#predict/node/load-language-model';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { KnownEngine } from '#tensor/engine/engine';
import { recordNames } from '#sequence/record-names';
import { eachRecord } from './each-record.js';
import type { ExitCode } from './exit-codes.js';
import { readInputs } from './read-inputs.js';
import { inputRecords } from './records.js';
import { understand } from './understand.js';
import {
  addCodeOptions,
  addFrameOption,
  addRecordOptions,
  addTypeOption,
  type SequenceFlags,
} from './sequence-options.js';
import { addEngineOptions, addPrecisionOption, type EngineFlags } from './engine-options.js';

/** Options of every command that runs a language model on its own. */
export interface LanguageModelFlags extends SequenceFlags, EngineFlags {
  readonly model: string;
  readonly overwrite?: true;
}

/**
 * Adds the model and how inputs are understood.
 *
 * @param does what the command does with what is there already
 */
export function addLanguageModelOptions(command: Command, does: string): Command {
  command.option(
    '--model <name|dir>',
    'an ESM-2 model of "codonfold models", a folder or a file',
    DEFAULT_MODEL,
  );
  addTypeOption(command, ['auto', 'protein', 'dna', 'rna']);
  addRecordOptions(command);
  return addPrecisionOption(addEngineOptions(addFrameOption(addCodeOptions(command)))).option(
    '--overwrite',
    `${does} again even where results exist`,
  );
}

/** The chains of the inputs, each by a name of its own, and the exit code over those that could not be understood. */
export interface UnderstoodChains {
  /** Several chains of a record are named `record-A`, `record-B`, … */
  readonly chains: readonly NamedSequence[];
  readonly code: ExitCode;
}

/** Reads the inputs. A record that cannot be understood is reported and left out. */
export async function understandChains(
  inputs: readonly string[],
  flags: SequenceFlags,
): Promise<UnderstoodChains> {
  const found: NamedSequence[] = [];
  const code = await eachRecord(inputRecords(await readInputs(inputs), flags), (record) => {
    const { chains } = understand(record, flags);
    for (const { id, sequence } of chains)
      found.push({ name: chains.length > 1 ? `${record.name}-${id}` : record.name, sequence });
  });
  const names = recordNames(found.map(({ name }) => name)); // x-A may be a record, and a chain of x
  return { chains: found.map((chain, i) => ({ ...chain, name: names[i]! })), code };
}

/** Does some work with a language model of its own, and closes it. */
export async function withLanguageModel<T>(
  name: string,
  engine: KnownEngine,
  work: (runner: LanguageModelRunner, model: IdentifiedLanguageModel) => Promise<T>,
): Promise<T> {
  const model = loadLanguageModel(name);
  const runner = languageModelRunner(engine, model);
  try {
    return await work(runner, model);
  } finally {
    await runner.close();
  }
}
