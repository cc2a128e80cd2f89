import type { StructureModuleConfig } from '#layers/structure-module/structure-module';
import type { LanguageModelConfig } from './language-model/language-model.js';
import type { TrunkConfig } from './trunk/trunk.js';

/** Sizes of a whole folding model. */
export interface FoldModelConfig {
  readonly languageModel: LanguageModelConfig;
  readonly trunk: TrunkConfig;
  readonly structureModule: StructureModuleConfig;
  /** Hidden channels of the lDDT head. */
  readonly lddtChannels: number;
  /** Whether the pair representation starts from the language model's attention maps, not from zero. */
  readonly usesAttentionMaps?: boolean;
  /** Whether the structure module starts from a chain folded by predicted distances and torsions, not from the origin. */
  readonly startsFromFoldedChain?: boolean;
  /** Extra passes that predictions make unless told. */
  readonly numRecycles: number;
}
