import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { parseModelConfig } from '#architectures/esmfold/config-file';
import { featurise } from '#architectures/esmfold/features';
import { fold, type FoldOutput } from '#architectures/esmfold/fold';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { availableMemory } from '#machine/available-memory';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openCheckpoint } from '#weights/node/open';
import { TorchProcess } from '../torch-process.js';
import { sequenceOf } from './sequence.js';

const SCRIPT = fileURLToPath(new URL('torch_esmfold.py', import.meta.url));
const NUM_THREADS = 2;
const NUM_TURNS = 5;
/** Idle threads may spin for a while; the other contestant starts when they have stopped. */
const REST_MS = 100;
/** The largest ratio that is good enough. */
const BAR = 0.8;

/**
 * Times the language model and one pass through the trunk beside PyTorch with the same checkpoint, in turns, and prints
 * both. PyTorch has its weights as float32 in memory; ours also does structure module and heads.
 *
 * @param checkpoint folder with `model.safetensors`
 */
export async function compareWithTorch(checkpoint: string, numResidues: number): Promise<void> {
  const torch = await TorchProcess.start(NUM_THREADS, SCRIPT);
  if (!torch) {
    console.log('  no Python here has PyTorch: not compared');
    return;
  }
  const { config: json, tensors } = openCheckpoint(checkpoint);
  const config = parseModelConfig(json);
  const runner = new StageRunner(nodeEngine(NUM_THREADS), tensors, config, {
    memoryBytes: availableMemory, // else no weights are kept, and PyTorch keeps them
  });
  const features = featurise([sequenceOf(numResidues)]);
  const run = () => fold(runner, features, { numRecycles: 0 });
  try {
    const expected = await prepare(torch, checkpoint, config, features.aatype);
    const difference = relativeDifference(await run(), expected);
    await run();
    await torch.run(1);
    const [ours, theirs] = await takeTurns(run, torch);
    const ratio = ours / theirs;
    console.log(
      `  language model and one pass: ours ${ours.toFixed(0)} ms, PyTorch ${torch.version} ${theirs.toFixed(0)} ms, ` +
        `ratio ${ratio.toFixed(2)} ${ratio <= BAR ? 'within' : 'MISSES'} ${BAR}, difference ${difference.toExponential(0)}`,
    );
  } finally {
    torch.stop();
    await runner.close();
    tensors.close();
  }
}

/** Lets PyTorch load the checkpoint; gives its single and pair representation, joined. */
async function prepare(
  torch: TorchProcess,
  checkpoint: string,
  { languageModel, trunk }: FoldModelConfig,
  aatype: Int32Array,
): Promise<Float32Array> {
  const directory = mkdtempSync(join(tmpdir(), 'codonfold-torch-'));
  const outputs = join(directory, 'outputs.bin');
  try {
    await torch.ask({
      command: 'prepare',
      checkpoint: join(checkpoint, 'model.safetensors'),
      outputs,
      tokens: [...tokenise(aatype)],
      aatype: [...aatype],
      numLayers: languageModel.numLayers,
      numHeads: languageModel.numHeads,
      numBlocks: trunk.numBlocks,
      positionBins: trunk.positionBins,
    });
    const { buffer, byteOffset, byteLength } = readFileSync(outputs);
    return new Float32Array(buffer, byteOffset, byteLength / 4);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @returns median milliseconds of ours and theirs */
async function takeTurns(run: () => Promise<unknown>, torch: TorchProcess) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < NUM_TURNS; turn++) {
    await pause(REST_MS);
    const began = performance.now();
    await run();
    ours.push(performance.now() - began);
    await pause(REST_MS);
    theirs.push(...(await torch.run(1)).milliseconds);
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  return [median(ours), median(theirs)] as const;
}

/** Euclidean distance of our representations from PyTorch's, relative to their length. */
function relativeDifference({ single, pair }: FoldOutput, expected: Float32Array): number {
  let [difference, scale, position] = [0, 0, 0];
  for (const { data } of [single, pair])
    for (const value of data) {
      difference += (value - expected[position]!) ** 2;
      scale += expected[position++]! ** 2;
    }
  return position === expected.length ? Math.sqrt(difference / scale) : NaN;
}
