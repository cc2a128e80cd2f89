import { FoldError } from '#errors';
import type { Engine } from '#tensor/engine/engine';
import type { Graph } from '#tensor/graph';
import { sizeOf } from '#tensor/shape';
import { inUnits } from './refuse-what-cannot-fit.js';
import type { StageSizes } from './stage.js';

/**
 * Refuses a graph before it is compiled where one of its tensors is larger than the engine takes.
 *
 * @throws FoldError `MEMORY_ESTIMATE`
 */
export function refuseLargeTensors(
  { nodes }: Graph,
  { name, largestTensorBytes = Infinity }: Pick<Engine, 'name' | 'largestTensorBytes'>,
  { numResidues }: StageSizes,
): void {
  const largest = nodes.reduce((most, { shape }) => Math.max(most, 4 * sizeOf(shape)), 0);
  if (largest <= largestTensorBytes) return;
  throw new FoldError(
    'MEMORY_ESTIMATE',
    `${numResidues} residues need a tensor of ${inUnits(largest)}; ${name} takes none above ${inUnits(largestTensorBytes)}`,
    { hint: 'fold a shorter sequence or single domains, or compute on the processor' },
  );
}
