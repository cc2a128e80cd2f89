import type { FoldModelConfig } from '#architectures/esmfold/config';
import { embedReading, localStructure, readSequence } from '#architectures/esmfold/network';
import type { Representations } from '#architectures/esmfold/trunk/block';
import { trunkBlocks, startPass } from '#architectures/esmfold/trunk/trunk';
import type { Parameters } from '#layers/parameters';
import { full, input, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { WindowSizes } from '#training/data/window-data';

/** What the sequence side of the model makes of a batch of windows. */
export interface TrunkPass extends Representations {
  readonly local: ReturnType<typeof localStructure>;
  /** `[B, N + 2, C]` last states of the language model. */
  readonly lastState: Tensor;
  /** int32 `[B, N]` */
  readonly aatype: Tensor;
  /** `[B, N]` */
  readonly mask: Tensor;
}

/**
 * Language model and trunk, on the inputs that `foldExample` feeds. Where predictions recycle, so does this, and only the last
 * pass is differentiated.
 *
 * @departs nothing is placed between two passes, so recycled distances are those of the start
 */
export function trunkPass(
  parameters: Parameters,
  config: FoldModelConfig,
  { batch, crop }: WindowSizes,
): TrunkPass {
  const { trunk: sizes } = config;
  const aatype = input('aatype', [batch, crop], 'int32');
  const mask = input('mask', [batch, crop]);
  const bins = input('positionBins', [batch, crop, crop], 'int32');
  const tokens = input('tokens', [batch, crop + 2], 'int32');
  const reading = readSequence(parameters, tokens, config);
  const local = localStructure(parameters, reading.mixed);
  const embedded = embedReading(parameters, reading, aatype, config);
  const nothing = {
    single: full([batch, crop, sizes.singleChannels], 0),
    pair: full([batch, crop, crop, sizes.pairChannels], 0),
    atom14: full([batch, crop, 14, 3], 0),
  };
  const trunk = parameters.within('trunk');
  const pass = (recycled: Representations) => {
    const start = startPass(trunk, embedded, { ...nothing, ...recycled }, bins, sizes);
    return trunkBlocks(trunk, start, mask, sizes);
  };
  let representations = pass(nothing);
  for (let recycle = 0; recycle < config.numRecycles; recycle++) {
    const { single, pair } = representations;
    representations = pass({ single: stopGradient(single), pair: stopGradient(pair) });
  }
  return { ...representations, local, lastState: reading.lastState, aatype, mask };
}
