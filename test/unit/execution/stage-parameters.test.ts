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

  it.each<[string, Record<string, number[]>, string]>([
    [
      'has another shape',
      { 'blocks.1.bias': [4] },
      '"blocks.1.bias" is [4], the configuration wants [3]',
    ],
    [
      'has more blocks',
      { 'blocks.2.bias': [3] },
      '"blocks.2.bias" is there, the configuration has fewer blocks',
    ],
    [
      'has many faults',
      { 'blocks.0.bias': [4], 'blocks.1.bias': [4], 'blocks.1.norm.weight': [4], last: [6] },
      '; and 1 more',
    ],
  ])('are named where a checkpoint %s', (_, change, words) => {
    expect(() => {
      requireShapes(weights(change), shapes);
    }).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message: expect.stringContaining(words) as string,
        hint: expect.stringContaining('config.json') as string,
      }) as Error,
    );
  });

  it('are named where a checkpoint lacks them', () => {
    const more = new Map([...shapes, ['blocks.2.bias', [3]]]);
    expect(() => {
      requireShapes(weights({}), more);
    }).toThrow('"blocks.2.bias" is not there');
  });
});
