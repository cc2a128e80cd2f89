import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ending, interrupt, runCli, startCli, TINY_MODEL } from './run-cli.js';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-long-'));
  data = join(folder, 'data');
  const built = await runCli(['data', 'build', 'test/fixtures/structure', '-o', data]);
  expect(built).toMatchObject({ code: 0 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Starts a command, and presses Ctrl-C once it has said something. */
async function interruptAfter(words: readonly string[], isTime: (said: string) => boolean) {
  const child = startCli(words);
  const ended = ending(child);
  let said = '';
  await new Promise<void>((done) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: string) => {
        said += text;
        if (isTime(said)) done();
      });
  });
  interrupt(child, 'SIGINT');
  return ended;
}

describe('codonfold evaluate', () => {
  const json = () => join(folder, 'made/evaluation.json');
  const report = () => join(folder, 'made/report');
  const words = (...more: string[]) => [
    ...['evaluate', '--data', data, '--split', 'train', '--model', TINY_MODEL],
    ...['--json', json(), '--report', report(), ...more],
  ];

  it('goes on after Ctrl-C, and then skips what is done', async () => {
    const { code, err } = await interruptAfter(words('--num-recycles', '1'), (said) =>
      said.includes('2/'),
    );
    expect(code).toBe(130);
    expect(err).toContain('the same command goes on');
    expect(err).toContain('error: stopped by SIGINT');
    expect(existsSync(json())).toBe(false);
    const numDone = err.match(/^\d+\//gm)!.length;

    const next = await runCli(words('--num-recycles', '1'));
    expect(next.err).toMatch(
      new RegExp(`^${numDone} of \\d+ chains were done before, skipped`, 'm'),
    );
    expect(next.code).toBe(0);
    expect(readdirSync(join(folder, 'made')).sort()).toEqual(['evaluation.json', 'report']);
    const before = readFileSync(json());
    expect((await runCli(words('--num-recycles', '1'))).out).toContain('done before, skipped');
    const other = await runCli(words('--num-recycles', '0'));
    expect(other.err).toContain('evaluation.json holds a result with 1 recycles');
    expect(other.code).toBe(1);
    expect(readFileSync(json())).toEqual(before);
  });
});

describe('codonfold data build', () => {
  it('replaces no data set', async () => {
    const { code, err } = await runCli(['data', 'build', 'test/fixtures/structure', '-o', data]);
    expect(err).toMatch(/index\.tsv holds a data set\nhint: --overwrite/);
    expect(code).toBe(1);
  });
});
