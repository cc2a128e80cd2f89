/** @file Set up before each test file: writes which functions of the sources it runs, here and in the processes it starts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

const test = expect.getState().testPath!;
const folder = join(process.env['RECORD']!, encodeURIComponent(test));
mkdirSync(folder, { recursive: true });
process.env['NODE_V8_COVERAGE'] = folder; // which processes started from here write into

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });

afterAll(() => {
  session.post('Profiler.takePreciseCoverage', (_, answer) => {
    const result = answer.result.filter(({ url }) => url.includes('/src/'));
    writeFileSync(join(folder, 'coverage-test.json'), JSON.stringify({ result }));
  });
});
