/** @file Layers refuse tensors of another shape at their door, by name, before a wrong one spreads. */
import { describe, expect, it } from 'vitest';
import { embedExtraRows } from '#architectures/alphafold2/embedders/extra-msa-embedder';
import { embedInput } from '#architectures/alphafold2/embedders/input-embedder';
import { evoformerBlock } from '#architectures/alphafold2/evoformer/block';
import { trunkBlock } from '#architectures/esmfold/trunk/block';
import { sequenceToPair } from '#architectures/esmfold/trunk/sequence-to-pair';
import { attentionWithPairBias } from '#layers/attention';
import { Parameters } from '#layers/parameters';
import { relativePosition } from '#layers/relative-position';
import { structureModule } from '#layers/structure-module/structure-module';
import { input } from '#tensor/ops';
import { alphafold2Model } from '../../helpers/alphafold2-network.js';
import { PRIME_MODEL } from '../../helpers/prime-model.js';

const of = (...shape: number[]) => input('x', shape);
const indices = (...shape: number[]) => input('x', shape, 'int32');
const [N, S] = [3, 2];
const { config } = alphafold2Model();
const { trunk, structureModule: module } = PRIME_MODEL;
const parameters = new Parameters();

const WRONG: readonly (readonly [string, () => unknown])[] = [
  [
    'letters',
    () =>
      embedExtraRows(
        parameters,
        { letters: indices(S, N), hasDeletion: of(S, N), deletionValue: of(S, N) },
        5,
      ),
  ],
  [
    'positionOffsets',
    () =>
      embedInput(
        parameters,
        { targetFeat: of(1, N, 22), msaFeat: of(1, S, N, 49), positionOffsets: indices(N, N) },
        config,
      ),
  ],
  [
    'pair',
    () =>
      evoformerBlock(
        parameters,
        { msa: of(1, S, N, config.msaChannels), pair: of(1, N, N + 1, config.pairChannels) },
        of(1, S, N),
        config.evoformer,
        { columns: 'each-row' },
      ),
  ],
  ['single', () => sequenceToPair(parameters, of(N, 5), 4)],
  [
    'pair',
    () =>
      trunkBlock(
        parameters,
        { single: of(1, N, trunk.singleChannels), pair: of(1, N, N, trunk.pairChannels + 1) },
        of(1, N),
        trunk,
      ),
  ],
  ['positionBins', () => relativePosition(parameters, indices(N, N), 3, 5)],
  ['bias', () => attentionWithPairBias(parameters, of(1, N, 4), of(1, 2, 1, N), of(1, N), 2)],
  [
    'pair',
    () =>
      structureModule(
        parameters,
        {
          single: of(1, N, module.singleChannels),
          pair: of(1, N, N, module.pairChannels + 1),
          aatype: indices(1, N),
          mask: of(1, N),
        },
        module,
      ),
  ],
];

describe('a layer', () => {
  it.each(WRONG)('refuses %s of another shape', (name, build) => {
    expect(build).toThrow(
      expect.objectContaining({
        code: 'TENSOR_SHAPE',
        message: expect.stringMatching(new RegExp(`^${name} `)) as string,
      }),
    );
  });
});
