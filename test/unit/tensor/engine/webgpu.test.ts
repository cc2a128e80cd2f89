import { describe } from 'vitest';
import { openEngine } from '#tensor/engine/open-engine';
import { describeEngine, describeKeeping } from '../../../helpers/engine-contract.js';
import { hasGraphicsCard, useGraphicsCard } from '../../../helpers/graphics-card.js';

describe.runIf(hasGraphicsCard())('on a graphics card', async () => {
  useGraphicsCard();
  const engine = await openEngine({ device: 'webgpu', numThreads: 1 });
  describeEngine('webgpu', () => engine);
  describe('engine webgpu', () => {
    describeKeeping(() => engine);
  });
});
