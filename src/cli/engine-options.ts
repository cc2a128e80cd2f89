import { InvalidArgumentError, Option, type Command } from 'commander';
import { MOST_THREADS } from '#machine/available-cores';
import type { ForkedPredictor } from '#predict/node/forked-predictor';
import { DEVICES, type Device } from '#tensor/engine/device';
import { describeEngine } from '#tensor/engine/describe-engine';
import {
  PRECISIONS,
  type AskedPrecision,
  type EngineFacts,
  type KnownEngine,
} from '#tensor/engine/engine';
import { isCertain, openEngine } from '#tensor/engine/open-engine';
import { tell, warn } from './report.js';
import { positiveNumber } from './sequence-options.js';

/** The flags of {@link addEngineOptions}. */
export interface EngineFlags {
  readonly threads?: number | undefined;
  /** Absent where the command has a default of its own. */
  readonly device?: Device | undefined;
  /** Absent where the command has no such option, or a default of its own. */
  readonly precision?: AskedPrecision | undefined;
}

/** What each option is where it is left out. */
interface Otherwise {
  readonly threads?: string;
  readonly device?: string;
  readonly precision?: string;
}

/**
 * Adds what computes, and how many threads it may use.
 *
 * @param otherwise in words, where a command has defaults of its own
 */
export function addEngineOptions(command: Command, otherwise: Otherwise = {}): Command {
  const {
    threads = 'to compute with; by default OMP_NUM_THREADS, or the cores that this process may use',
    device = 'auto, the default, takes CUDA if it works, else the CPU',
  } = otherwise;
  return command
    .addOption(deviceOption(device))
    .option('--threads <number>', `number of threads ${threads}`, threadCount);
}

/** The option that chooses what computes. @param otherwise what happens where it is left out, in words */
export function deviceOption(otherwise: string): Option {
  return new Option(
    '--device <name>',
    `processor to compute on, see "codonfold devices"; ${otherwise}`,
  ).choices(DEVICES);
}

/**
 * Adds in what a model computes, for commands that run one.
 *
 * @param otherwise in words, where a command has a default of its own
 */
export function addPrecisionOption(command: Command, otherwise: Otherwise = {}): Command {
  const { precision = 'float32 is the default' } = otherwise;
  return command.addOption(
    new Option(
      '--precision <name>',
      `precision of large matrix products in language models and transitions; int8 is faster and less accurate, and works on the CPU only; ${precision}`,
    ).choices(PRECISIONS),
  );
}

function threadCount(text: string): number {
  const number = positiveNumber(text);
  if (number > MOST_THREADS) throw new InvalidArgumentError(`Give at most ${MOST_THREADS}.`);
  return number;
}

/**
 * The engine of a command that computes in this process, named on stderr.
 *
 * @throws FoldError `ENGINE_UNAVAILABLE`
 */
export async function engineFor({ device, threads, precision }: EngineFlags): Promise<KnownEngine> {
  const onPassedOver = (reason: string) => {
    tellPassedOver(reason);
  };
  const engine = await openEngine({ device, precision, numThreads: threads, onPassedOver });
  tellEngine(engine.facts);
  return engine;
}

/**
 * Opens the engine of a model process before anything is written or served, unless it can only be the CPU, and names it.
 *
 * @throws FoldError `ENGINE_UNAVAILABLE`
 */
export async function openFirst(
  predictor: ForkedPredictor,
  { device, precision }: EngineFlags,
): Promise<void> {
  if (isCertain({ device, precision })) return;
  const { facts, passedOver } = await predictor.openEngine();
  if (passedOver !== undefined) tellPassedOver(passedOver);
  tellEngine(facts);
}

function tellPassedOver(reason: string): void {
  warn(`${reason}; computing on the CPU`);
}

function tellEngine(facts: EngineFacts): void {
  tell(`computing on ${describeEngine(facts)}`);
}
