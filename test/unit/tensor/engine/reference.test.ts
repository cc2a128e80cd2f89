import { describeEngine } from '../../../helpers/engine-contract.js';
import { referenceEngine } from '../../../helpers/reference-engine.js';

describeEngine('reference', referenceEngine);
