/**
 * @file Puts small faults into the sources, one at a time, and counts those that `npm test` notices:
 * `npm run test:mutants`.
 *
 * `COUNT` faults (default 200) are drawn from the folders that compute, `SEED` (default 16) draws the same again. Each is
 * put into a copy of the repository; first the tests that import the file run, then all others that run the function with
 * the fault. Survivors are printed as `file:line: before → after`, and `OUT` names a file of JSON lines that a later run goes
 * on from.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomSource } from '../helpers/random.js';
import { type Mutant, mutantsOf, withMutant } from './mutants.js';
import { RunFunctions } from './run-functions.js';

const COUNT = Number(process.env['COUNT'] ?? 200);
const SEED = Number(process.env['SEED'] ?? 16);
const OUT = process.env['OUT'];
const FOLDERS = [
  'src/alignment',
  'src/architectures',
  'src/chain-folding',
  'src/confidence',
  'src/execution',
  'src/geometry',
  'src/layers',
  'src/predict',
  'src/sequence',
  'src/server',
  'src/structure',
  'src/template-search',
  'web/src/molecule',
  'web/src/panels',
  'web/src/viewer',
];
/** A busy machine must not be taken for a fault that was noticed. */
const TEST_MS = 300_000;
/** A fault that never ends is noticed too. */
const MOST_MS = 2_400_000;

/** Draws without replacement. */
function drawn<T>(all: readonly T[], count: number, random: () => number): T[] {
  const rest = [...all];
  return Array.from({ length: Math.min(count, rest.length) }, () => {
    const [one] = rest.splice(Math.floor(random() * rest.length), 1);
    return one!;
  });
}

function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'codonfold-mutants-'));
  const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' });
  for (const name of tracked.split('\0').filter(Boolean)) cpSync(name, join(folder, name));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

const PROJECTS = ['unit', 'property', 'parity'].flatMap((name) => ['--project', name]);

/** Whether the tests fail; no tests at all do not. */
function fails(folder: string, args: readonly string[]): boolean {
  const { status } = spawnSync(
    'npx',
    [
      'vitest',
      ...args,
      '--run',
      '--bail',
      '1',
      '--passWithNoTests',
      `--testTimeout=${TEST_MS}`,
      `--hookTimeout=${TEST_MS}`,
      ...PROJECTS,
    ],
    { cwd: folder, stdio: 'ignore', timeout: MOST_MS, killSignal: 'SIGKILL' },
  );
  return status !== 0;
}

/** Names under which tests import a source file: `#structure/from-bio-pdb`, `#web/panels/ramps`. */
const importedAs = (file: string): string =>
  `'${file
    .replace(/^src\//, '#')
    .replace(/^web\/src\//, '#web/')
    .replace(/\.ts$/, '')}'`;

const filesIn = (folder: string, end: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end) && !name.includes('.generated.'))
    .sort()
    .map((name) => join(folder, name));

const tests = ['unit', 'property', 'parity'].flatMap((kind) =>
  filesIn(join('test', kind), '.test.ts'),
);
const contents = new Map(tests.map((test) => [test, readFileSync(test, 'utf8')]));

function isNoticed(folder: string, run: RunFunctions, mutant: Mutant): boolean {
  const nearest = tests.filter((test) => contents.get(test)!.includes(importedAs(mutant.file)));
  if (nearest.length > 0 && fails(folder, nearest)) return true;
  const others = run.testsOf(mutant).filter((test) => !nearest.includes(test));
  return others.length > 0 && fails(folder, others);
}

const files = FOLDERS.flatMap((folder) => filesIn(folder, '.ts'));
const all = files.flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
const sample = drawn(all, COUNT, randomSource(SEED));
console.log(`${sample.length} of ${all.length} faults in ${files.length} files`);
const folder = copyOfRepository();
const told = OUT && existsSync(OUT) ? readFileSync(OUT, 'utf8').split('\n').filter(Boolean) : [];
const known = told.map((line) => JSON.parse(line) as Mutant & { noticed: boolean });
const survivors: Mutant[] = known.filter(({ noticed }) => !noticed);
const record = OUT ? `${resolve(OUT)}.tests` : join(folder, 'tests-record');
try {
  if (!existsSync(record)) {
    process.env['RECORD'] = record;
    const failed = fails(folder, ['--config', 'test/mutation/record.config.ts', '--root', '.']);
    delete process.env['RECORD'];
    if (failed) throw new Error('the tests fail without any fault');
  }
  const run = new RunFunctions(record);
  for (const [i, mutant] of sample.entries()) {
    if (i < known.length) continue;
    const { file, line, original, replacement } = mutant;
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), withMutant(text, mutant));
    const noticed = isNoticed(folder, run, mutant);
    writeFileSync(join(folder, file), text);
    if (!noticed) survivors.push(mutant);
    if (OUT) appendFileSync(OUT, `${JSON.stringify({ ...mutant, noticed })}\n`);
    console.log(
      `${noticed ? 'noticed ' : 'SURVIVED'} ${file}:${line}: ${original} → ${replacement}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const share = 1 - survivors.length / sample.length;
console.log(`\n${(100 * share).toFixed(1)} % noticed; survivors:`);
for (const { file, line, original, replacement } of survivors) {
  console.log(`${file}:${line}: ${original} → ${replacement}`);
}
