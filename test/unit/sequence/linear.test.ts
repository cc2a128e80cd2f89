import { describe, it, vi } from 'vitest';
import { FoldError } from '#errors';
import { interpret } from '#sequence/input';
import { recordNames } from '#sequence/record-names';
import { expectLinear, HOSTILE_SHAPES } from '../../helpers/linear.js';

const shapes = Object.entries(HOSTILE_SHAPES);
vi.setConfig({ testTimeout: 120_000 });

function readOrRefuse(text: string): void {
  try {
    interpret(text);
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
  }
}

describe('the work to understand a text grows with its length', () => {
  it.each(shapes)('of %s', (_, shape) => {
    expectLinear(readOrRefuse, shape);
  });
});

describe('the work to name a record grows with its title', () => {
  it.each(shapes)('of %s', (_, shape) => {
    expectLinear((title) => recordNames([title]), shape);
  });
});
