/** @file The curl examples of the documentation, run as they stand. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakePredictor } from '../helpers/fake-predictor.js';
import { startTestServer, type TestServer } from '../helpers/server.js';
import { temporaryFolder } from '../helpers/services.js';

const DOCUMENTED = 'http://127.0.0.1:3000';
/** Where examples may be. */
const FILES = ['README.md', 'src/server/README.md'];

/** Shell blocks that call curl, by file. */
const examples = FILES.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)]
    .map((match) => match[1]!)
    .filter((block) => /\bcurl\b/.test(block))
    .map((block) => ({ file, block, first: block.split('\n')[0] })),
);

describe('the curl examples', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({}, [
      fakePredictor({ readsAlignments: true, readsTemplates: true }),
    ]);
  });
  afterAll(() => server.close());

  it.each(FILES)('are there: %s', (file) => {
    expect(examples.filter((example) => example.file === file).length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)('work: $file: $first', async ({ block }) => {
    const script = block.replaceAll(DOCUMENTED, server.url).replaceAll('curl -s', 'curl --fail -s');
    const answer = await new Promise<string>((resolve, reject) => {
      const options = { cwd: temporaryFolder('curl'), timeout: 30_000 };
      execFile('bash', ['-e', '-o', 'pipefail', '-c', script], options, (error, stdout) => {
        if (error) reject(new Error(error.message));
        else resolve(stdout);
      });
    });
    expect(answer).toMatch(/"status":"(waiting|active|completed)"|^ATOM/m);
  });
});
