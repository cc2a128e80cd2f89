import { afterAll, expect, it } from 'vitest';
import { forkedEngine } from '#tensor/engine/forked-engine';
import { graphOf } from '#tensor/graph';
import { full } from '#tensor/ops';
import { describeEngine } from '../../../helpers/engine-contract.js';
import { withoutNode } from '../../../helpers/without-node.js';

const engine = forkedEngine();
afterAll(() => engine.close());

describeEngine('in a process of its own', () => engine);

it('refuses work where its process could not start', async () => {
  const dead = withoutNode(forkedEngine);
  const graph = graphOf({ x: full([1], 1) });
  for (let i = 0; i < 2; i++)
    await expect(dead.compile(graph)).rejects.toMatchObject({ code: 'WORKER_DIED' });
  await dead.close();
});
