/**
 * @file The library: what `import … from 'codonfold'` gives.
 *
 * @example
 * import { forkedPredictor, interpret, mmcifText } from 'codonfold';
 *
 * const predictor = forkedPredictor('codonfold-small');
 * for (const { name, chains } of interpret('>demo\nATGGCCCTGTGGATGCGCCTCCTGCCCCTGTAA')) {
 *   const prediction = await predictor.predict({ name, chains });
 *   console.log(name, prediction.meanPlddt, prediction.ptm, mmcifText(prediction).length);
 * }
 * await predictor.close();
 */

export { FoldError, ParseError } from './errors.js';
export type { ErrorCode } from './errors.js';
export type { PredictionEstimate } from './architectures/family.js';
export { confidenceOf } from './predict/files/confidence.js';
export type { Confidence } from './predict/files/confidence.js';
export { forkedPredictor } from './predict/node/forked-predictor.js';
export type {
  Prediction,
  PredictionProgress,
  PredictionRequest,
  Predictor,
} from './predict/prediction.js';
export { confidenceJson, mmcifText, paeJson, pdbText } from './predict/files/result-files.js';
export type { Chain, CodonLink } from './sequence/chain.js';
export { interpret } from './sequence/input.js';
export type { Interpretation, InterpretOptions } from './sequence/interpretation.js';
export { compareStructures } from './structure/compare-structures.js';
export type {
  ComparedResidue,
  CompareOptions,
  StructureComparison,
} from './structure/compare-structures.js';
export { residuesFromStructure } from './structure/from-bio-pdb.js';
export type { FileResidues } from './structure/from-bio-pdb.js';
export { openReadingFrames } from './sequence/genes/open-reading-frames.js';
