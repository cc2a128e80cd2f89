/** @file The public door of `codonfold/bio-pdb`. */
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
} from './structure.js';
