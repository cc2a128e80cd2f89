/** @file Trains a tiny model in the folder that is named, with a checkpoint after every step: to be killed. */
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { train } from '#training/run/train';
import { TINY, tinyDataset, tinyStages } from '../../unit/training/tiny.js';

await train([nodeEngine(1)], {
  config: TINY,
  data: { dataset: await tinyDataset(), natural: undefined },
  directory: process.argv[2]!,
  stages: tinyStages(60, 20, 20),
  seed: 3,
  checkpointEverySeconds: 0,
});
