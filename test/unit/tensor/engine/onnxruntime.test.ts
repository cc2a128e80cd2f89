import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { describeEngine } from '../../../helpers/engine-contract.js';

describeEngine('onnxruntime', () => nodeEngine(1));
