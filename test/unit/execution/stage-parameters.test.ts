import { describe, expect, it } from 'vitest';
import { stage } from '#execution/stage';
import { blockScopes, requireShapes, stageParameters } from '#execution/stage-parameters';
import { add, input, multiply } from '#tensor/ops';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors } from '#weights/write-safetensors';

const blockStage = ({ numResidues }: { numResidues: number }) =>
  stage((parameters) => {
    const x = input('x', [numResidues, 3]);
    const scaled = multiply(x, parameters.within('norm').get('weight', [3], 'ones'));
    return { next: add(scaled, parameters.get('bias', [3], 'zeros')) };
  });
const lastStage = () =>
  stage((parameters) => ({
    result: multiply(input('x', [5]), parameters.get('last', [5], 'zeros')),
  }));

const shapes = stageParameters(
  [
    { build: blockStage, scopes: blockScopes('blocks.', 2) },
    { build: lastStage, scopes: [''] },
  ],
  { batch: 1, numResidues: 7 },
  {},
);

describe('parameters of stages', () => {
  it('are named once for each block, with their shapes', () => {
    expect(Object.fromEntries(shapes)).toEqual({
      'blocks.0.norm.weight': [3],
      'blocks.0.bias': [3],
      'blocks.1.norm.weight': [3],
      'blocks.1.bias': [3],
      last: [5],
    });
  });

  const weights = (change: Record<string, number[]>) =>
    readSafetensors(
      memoryBytes(
        writeSafetensors(
          new Map(
            Object.entries({ ...Object.fromEntries(shapes), ...change }).map(([name, shape]) => {
              const size = shape.reduce((product, length) => product * length, 1);
              const values = new Float32Array(size);
              return [name, { dtype: 'F32' as const, shape, values }] as const;
            }),
          ),
        ),
        'test',
      ),
    );

  it('are what a checkpoint must have', () => {
    requireShapes(weights({}), shapes);
    requireShapes(weights({ other: [2] }), shapes);
  });

  it('are named where a checkpoint has another shape', () => {
    expect(() => {
      requireShapes(weights({ 'blocks.1.bias': [4] }), shapes);
    }).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message: '"blocks.1.bias" is [4], the configuration wants [3]',
      }) as Error,
    );
  });
});
