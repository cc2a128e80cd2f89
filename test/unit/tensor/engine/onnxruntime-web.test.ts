import { describe } from 'vitest';
import { describeEngine, describeNarrowInputs } from '../../../helpers/engine-contract.js';
import { wasmInNode } from '../../../helpers/wasm.js';

const engine = await wasmInNode();

describeEngine('wasm', () => engine);
describe('engine wasm', () => {
  describeNarrowInputs(() => engine);
});
