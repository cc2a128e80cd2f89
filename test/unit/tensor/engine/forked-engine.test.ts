import { forkedEngine } from '#tensor/engine/forked-engine';
import { afterAll } from 'vitest';
import { describeEngine } from '../../../helpers/engine-contract.js';

const engine = forkedEngine();
afterAll(() => engine.close());

describeEngine('in a process of its own', () => engine);
