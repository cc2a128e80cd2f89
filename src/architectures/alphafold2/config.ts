import type { StageSizes } from '#execution/stage';
import type { HeadSizes } from '#layers/row-attention';
import type { StructureModuleConfig } from '#layers/structure-module/structure-module';

/** Sizes of a stack of blocks over an alignment: of the Evoformer, or of the one for extra rows. */
export interface MsaStackConfig {
  readonly numBlocks: number;
  readonly msaChannels: number;
  /** Of attention over the alignment, along rows and columns alike. */
  readonly msaAttention: HeadSizes;
  /** Channels whose outer products go to the pair representation. */
  readonly outerProductChannels: number;
  /** How many times wider than the alignment its transitions are. */
  readonly transitionFactor: number;
  readonly pair: PairBlockConfig;
}

/** Sizes of what a block does to the pair representation. */
export interface PairBlockConfig {
  readonly multiplicationChannels: number;
  readonly attention: HeadSizes;
  /** How many times wider than the representation its transitions are. */
  readonly transitionFactor: number;
}

/** Sizes of what a network does with templates. */
export interface TemplateConfig {
  readonly numBlocks: number;
  readonly channels: number;
  readonly pair: PairBlockConfig;
  /** Of the attention that joins templates. */
  readonly attention: HeadSizes;
}

/** Sizes of a whole AlphaFold 2 network (monomer). */
export interface Alphafold2Config {
  readonly msaChannels: number;
  readonly pairChannels: number;
  readonly singleChannels: number;
  /** Sequence distances beyond ± this are one bin. */
  readonly positionBins: number;
  /** Absent where the network has no template modules, as models 3 to 5. */
  readonly templates?: TemplateConfig;
  readonly extraMsa: MsaStackConfig;
  readonly evoformer: MsaStackConfig;
  readonly structureModule: StructureModuleConfig;
  /** Hidden channels of the lDDT head. */
  readonly lddtChannels: number;
  /** Whether there is a head for aligned errors, as in models named `ptm`. */
  readonly predictsAlignedError: boolean;
  /** What predictions do unless told. */
  readonly defaults: Alphafold2Defaults;
  /** Bytes that a piece of a layer may take while rows are updated a few at a time; all rows at once where absent. */
  readonly chunkBytes?: number | undefined;
}

/** How the published pipeline runs a network. */
export interface Alphafold2Defaults {
  /** Extra passes. */
  readonly numRecycles: number;
  /** Rows of the alignment with profiles, the query among them. */
  readonly maxClusters: number;
  /** Rows of the extra stack. */
  readonly maxExtra: number;
  readonly maxTemplates: number;
}

/** Sizes of one pass. */
export interface Alphafold2Sizes extends StageSizes {
  readonly batch: 1;
  /** Rows of the alignment with profiles. */
  readonly numClusters: number;
  /** Rows of the extra stack. */
  readonly numExtra: number;
  /** Templates that count. */
  readonly numTemplates: number;
}
