import { describe } from 'vitest';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { describeEngine, describeNarrowInputs } from '../../../helpers/engine-contract.js';

describeEngine('onnxruntime', () => nodeEngine(1));
describe('engine onnxruntime', () => {
  describeNarrowInputs(() => nodeEngine(1));
});
