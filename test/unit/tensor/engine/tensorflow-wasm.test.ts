import { describe } from 'vitest';
import { tensorflowEngine } from '#tensor/engine/tensorflow';
import { describeEngine, describeKeeping } from '../../../helpers/engine-contract.js';
import { tensorflowOn } from '../../../helpers/tensorflow.js';

const engine = tensorflowEngine(await tensorflowOn('wasm'));

describeEngine('tensorflow-wasm', () => engine);
describe('engine tensorflow-wasm', () => {
  describeKeeping(() => engine);
});
