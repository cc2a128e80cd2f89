/** @file An earlier release, out of the history of this repository: what a server was before it is brought up to date. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../helpers/services.js';

/** The last commit whose tables are those of 0.1.0. */
const RELEASE = '8ace9d7^';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Packages that it loads and we no longer have; without Redis it does not use them. */
const GONE = { bullmq: ['Queue', 'QueueEvents', 'Worker', 'UnrecoverableError', 'DelayedError'] };

/**
 * Lays its sources out beside the packages of this one.
 *
 * @returns path of its `server-main.ts`
 * @throws Error where the history is not there, as in a shallow clone
 */
export function oldRelease(): string {
  const folder = temporaryFolder('release');
  const archive = execFileSync(
    'git',
    ['archive', RELEASE, 'src', 'test/helpers', 'package.json', 'tsconfig.json'],
    { cwd: ROOT, maxBuffer: 1 << 28 },
  );
  execFileSync('tar', ['x', '-C', folder], { input: archive });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const [name, classes] of Object.entries(GONE)) {
    mkdirSync(join(modules, name));
    const lines = classes.map((each) => `export class ${each} {}\n`);
    writeFileSync(join(modules, name, 'index.js'), lines.join(''));
    const manifest = { name, type: 'module', exports: './index.js' };
    writeFileSync(join(modules, name, 'package.json'), JSON.stringify(manifest));
  }
  return join(folder, 'test/helpers/server-main.ts');
}
