import { readFileSync } from 'node:fs';
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
  const dead = forkedEngine();
  const graph = graphOf({ x: full([1], 1) });
  const started = withoutNode(() => dead.compile(graph));
  await expect(started).rejects.toMatchObject({ code: 'PROCESS_DIED' });
  await expect(dead.compile(graph)).rejects.toMatchObject({ code: 'PROCESS_DIED' });
  await dead.close();
});

// Ctrl-C reaches the whole group; training still needs its engines, to end its step and save a checkpoint.
it.runIf(process.platform === 'linux')('works on at Ctrl-C, and ends with its parent', async () => {
  const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ');
  const before = children();
  const own = forkedEngine();
  const executable = await own.compile(graphOf({ x: full([1], 3) }));
  const child = Number(children().find((pid) => !before.includes(pid)));
  process.kill(child, 'SIGINT');
  expect((await executable.run({}))['x'].data[0]).toBe(3);
  await own.close();
});
