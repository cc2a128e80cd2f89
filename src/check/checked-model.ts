import type { Alphafold2Config } from '#architectures/alphafold2/config';
import type { KnownModel } from '#architectures/recognise';
import { FoldError } from '#errors';
import type { StructureModuleConfig } from '#layers/structure-module/structure-module';
import { sameShape, formatShape, type Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';
import { normals } from './situation.js';

/** The model whose layers are checked. */
export interface CheckedModel {
  readonly structureModule: StructureModuleConfig;
  /** Of the structure module's weights. */
  readonly scope: string;
  /** Of models of that family, which read coordinates in other places too. */
  readonly alphafold2?: Alphafold2Config;
  /** Numbers of a learned tensor. */
  readonly weight: (name: string, shape: Shape) => HostTensor;
}

/** A model with the weights of a checkpoint. */
export function trainedModel(model: KnownModel, source: TensorSource): CheckedModel {
  return {
    ...layersOf(model),
    weight(name, shape) {
      const { shape: found } = source.info(name);
      if (sameShape(found, shape)) return { shape, data: source.read(name) };
      throw new FoldError(
        'WEIGHTS_MISMATCH',
        `"${name}" is ${formatShape(found)}, its configuration wants ${formatShape(shape)}`,
      );
    },
  };
}

/**
 * A model with random weights: none of them zero, as many are at the start of training, since a layer that adds
 * nothing would pass any check.
 */
export function randomModel(model: KnownModel, random: () => number): CheckedModel {
  const drawn = new Map<string, HostTensor>();
  return {
    ...layersOf(model),
    weight(name, shape) {
      const known = drawn.get(name);
      if (known) return known;
      const isScale = shape.length === 1 && name.endsWith('.weight');
      const deviation = shape.length > 1 ? Math.sqrt(1 / shape.at(-1)!) : 0.1;
      const { data } = normals(random, shape, deviation);
      const weight = { shape, data: isScale ? data.map((x) => 1 + x) : data };
      drawn.set(name, weight);
      return weight;
    },
  };
}

function layersOf({ family, config }: KnownModel): Omit<CheckedModel, 'weight'> {
  const { structureModule } = config;
  return family === 'alphafold2'
    ? { structureModule, scope: 'structure_module', alphafold2: config }
    : { structureModule, scope: 'trunk.structure_module' };
}
