/** @file The public door of `codonfold/bio-pdb`. */

export { buildPrediction } from './build-prediction.js';
export type {
  PredictedAtom,
  PredictedChain,
  PredictedConfidence,
  PredictedResidue,
  StructurePrediction,
} from './build-prediction.js';
export { oneLetterCode } from './molecules/components.js';
export { parseMmcif } from './mmcif/reader.js';
export { writeMmcif } from './mmcif/writer.js';
export { parseStructure } from './parse-structure.js';
export { parsePdb } from './pdb/reader.js';
export { writePdb } from './pdb/writer.js';
export { warningText } from './warnings.js';
export type {
  Atom,
  Chain,
  Entity,
  EntityKind,
  GlobalScore,
  LocalScore,
  Metric,
  Model,
  Modelling,
  ModellingStep,
  PairwiseScore,
  Residue,
  ResidueReference,
  Score,
  Software,
  Structure,
  StructureWarning,
} from './structure.js';
