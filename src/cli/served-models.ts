import { type Command, Option } from 'commander';
import { availableCores } from '#machine/available-cores';
import { forkedPredictor, type ForkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { Predictor } from '#predict/prediction';
import { EXPRESS_LANES } from '#server/jobs/lanes';
import { predictorPool } from '#server/jobs/predictor-pool';
import { NICENESS } from '#server/helper-process';
import { ATTENTION_LANES } from '#server/results/attention-desk';
import type { ServerSettings } from '#server/settings';
import {
  addEngineOptions,
  addPrecisionOption,
  openFirst,
  type EngineFlags,
} from './engine-options.js';

/** Options of `serve` and `worker`. */
export interface ServingFlags extends EngineFlags {
  readonly model: readonly string[];
}

/** Adds the options by which `serve` and `worker` are told their models and what computes. */
export function addServingOptions(command: Command): Command {
  const otherwise = {
    threads: 'for each prediction; by default an equal share of the cores',
    device: 'by default that of the variable DEVICE, else auto',
    precision: 'by default that of the variable PRECISION, else float32',
  };
  command.addOption(
    new Option('--model <name|dir...>', 'models to offer, the default first').default([
      DEFAULT_MODEL,
    ]),
  );
  return addPrecisionOption(addEngineOptions(command, otherwise), otherwise);
}

/** Settings of the environment, with what the command line says instead. */
export function settingsWith(
  settings: ServerSettings,
  { device, precision }: EngineFlags,
): ServerSettings {
  return {
    ...settings,
    DEVICE: device ?? settings.DEVICE,
    PRECISION: precision ?? settings.PRECISION,
  };
}

/**
 * The models of a server or worker, each in as many processes as predictions may run at a time, which share the cores,
 * and some that start only when they are needed: for short predictions beside long ones, and for attention.
 *
 * @param names of models, or their folders
 * @param concurrency predictions at a time
 * @param engine its device and precision, opened once before a server takes jobs; threads of each process, an equal share of the cores
 *   where absent
 * @throws FoldError `ENGINE_UNAVAILABLE`
 */
export async function servedModels(
  names: readonly string[],
  concurrency: number,
  engine: EngineFlags,
): Promise<Predictor[]> {
  const open = modelOpener(concurrency, engine);
  const models = names.map(open);
  await openFirst(models[0]!.first, engine);
  return models.map(({ pool }) => pool);
}

/** A model in its processes. */
interface OpenedModel {
  readonly pool: Predictor;
  /** The first of its usual processes. */
  readonly first: ForkedPredictor;
}

/**
 * What opens models to be served, all alike.
 *
 * @param concurrency predictions at a time
 */
export function modelOpener(
  concurrency: number,
  {
    device,
    precision,
    threads = Math.max(1, Math.floor(availableCores() / concurrency)),
  }: EngineFlags,
): (name: string) => OpenedModel {
  const engine = { device, precision, numThreads: threads };
  const usual = { ...engine, sharesWeights: concurrency > 1, niceness: NICENESS.usual };
  const beside = { ...engine, sharesWeights: true };
  const express = { ...beside, niceness: NICENESS.express };
  const attention = { ...beside, niceness: NICENESS.attention };
  return (name) => {
    const first = forkedPredictor(name, usual);
    const pool = predictorPool({
      usual: [
        first,
        ...Array.from({ length: concurrency - 1 }, () => forkedPredictor(name, usual)),
      ],
      express: Array.from({ length: EXPRESS_LANES }, () => forkedPredictor(name, express)),
      attention: Array.from({ length: ATTENTION_LANES }, () => forkedPredictor(name, attention)),
    });
    return { pool, first };
  };
}
