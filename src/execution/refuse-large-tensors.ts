import { FoldError } from '#errors';
import type { Engine } from '#tensor/engine/engine';
import type { Graph } from '#tensor/graph';
import { sizeOf } from '#tensor/shape';
import { inUnits } from './refuse-what-cannot-fit.js';
import type { StageSizes } from './stage.js';

/**
 * Refuses a run before it begins where a tensor of one of its graphs is larger than the engine takes.
 *
 * @param graphs all of the run; built only where the engine has a limit
 * @throws FoldError `MEMORY_ESTIMATE`
 */
export async function refuseLargeTensors(
  graphs: () => readonly Graph[],
  { name, largestTensorBytes }: Pick<Engine, 'name' | 'largestTensorBytes'>,
  { numResidues }: StageSizes,
): Promise<void> {
  if (!largestTensorBytes) return;
  const needed = graphs()
    .flatMap(({ nodes }) => nodes)
    .reduce((most, { shape }) => Math.max(most, 4 * sizeOf(shape)), 0);
  const taken = await largestTensorBytes(needed);
  if (needed <= taken) return;
  throw new FoldError(
    'MEMORY_ESTIMATE',
    `${numResidues} residues need a tensor of ${inUnits(needed)}; ${name} takes none above ${inUnits(taken)}`,
    { hint: 'fold a shorter sequence or single domains, or compute on the processor' },
  );
}
