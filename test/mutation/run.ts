/**
 * @file Puts small faults into the sources, one at a time, and counts those that `npm test` notices:
 * `npm run test:mutants`.
 *
 * `COUNT` faults (default 200) are drawn from the folders that compute, `SEED` (default 16) draws the same again, and
 * `ONLY` draws from the files whose path contains it. Files that build the page's elements are left out: the end-to-end
 * tests run them in a browser. Each processor has a copy of the repository and puts one fault after another into it: first
 * the tests that import the file run, then all others that run the function with the fault. Survivors are printed as
 * `file:line: before → after`, and `OUT` names a file of JSON lines that a later run goes on from.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomSource } from '../helpers/random.js';
import { type Mutant, mutantsOf, withMutant } from './mutants.js';
import { RunFunctions } from './run-functions.js';

const COUNT = Number(process.env['COUNT'] ?? 200);
const SEED = Number(process.env['SEED'] ?? 16);
const ONLY = process.env['ONLY'] ?? '';
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
/** A fault that never ends is noticed too: the longest that the nearest tests, and all tests, may take. */
const NEAREST_MS = 600_000;
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

const running = new Set<number>();
const end = (pid: number): void => void process.kill(-pid, 'SIGKILL');
const folders: string[] = [];
process.once('exit', () => {
  running.forEach(end);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
process.once('SIGINT', () => process.exit(130));

/** Whether the tests fail or do not end; no tests at all do not fail. */
async function fails(folder: string, args: readonly string[], mostMs = MOST_MS): Promise<boolean> {
  const child = spawn(
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
    { cwd: folder, stdio: 'ignore', detached: true }, // a group of its own, which ends as one
  );
  const pid = child.pid!;
  running.add(pid);
  const timer = setTimeout(end, mostMs, pid);
  const [status] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  running.delete(pid);
  return status !== 0;
}

/** Names under which tests import a source file: `#structure/from-bio-pdb`, `#web/panels/ramps`. */
const importedAs = (file: string): string =>
  `'${file
    .replace(/^src\//, '#')
    .replace(/^web\/src\//, '#web/')
    .replace(/\.ts$/, '')}'`;

/** Whether a file builds elements of the page. */
const isMarkup = (text: string): boolean =>
  /\bdocument\.|\b(?:HTML|SVG)\w*Element\b|\/page\/dom\.js'/.test(text);

const filesIn = (folder: string, end: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end) && !name.includes('.generated.'))
    .sort()
    .map((name) => join(folder, name));

const tests = ['unit', 'property', 'parity'].flatMap((kind) =>
  filesIn(join('test', kind), '.test.ts'),
);
const contents = new Map(tests.map((test) => [test, readFileSync(test, 'utf8')]));

async function isNoticed(folder: string, run: RunFunctions, mutant: Mutant): Promise<boolean> {
  const nearest = tests.filter((test) => contents.get(test)!.includes(importedAs(mutant.file)));
  if (nearest.length > 0 && (await fails(folder, nearest, NEAREST_MS))) return true;
  const others = run.testsOf(mutant).filter((test) => !nearest.includes(test));
  return others.length > 0 && fails(folder, others);
}

const keyOf = ({ file, original, start, replacement }: Mutant): string =>
  JSON.stringify([file, original, start, replacement]);

const files = FOLDERS.flatMap((folder) => filesIn(folder, '.ts'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  .filter(({ file, text }) => file.includes(ONLY) && !isMarkup(text));
const all = files.flatMap(({ file, text }) => mutantsOf(file, text));
const sample = drawn(all, COUNT, randomSource(SEED));
console.log(`${sample.length} of ${all.length} faults in ${files.length} files`);

const told = OUT && existsSync(OUT) ? readFileSync(OUT, 'utf8').split('\n').filter(Boolean) : [];
const noticedBefore = new Map(
  told.map((line) => {
    const known = JSON.parse(line) as Mutant & { noticed: boolean };
    return [keyOf(known), known.noticed];
  }),
);
const survivors = sample.filter((mutant) => noticedBefore.get(keyOf(mutant)) === false);
const waiting = sample.filter((mutant) => !noticedBefore.has(keyOf(mutant)));

/** Tries the faults that are waiting, one after another, in a copy of its own. */
async function tryFaults(folder: string, run: RunFunctions): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const { file, line, original, replacement } = mutant;
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), withMutant(text, mutant));
    const noticed = await isNoticed(folder, run, mutant);
    writeFileSync(join(folder, file), text);
    if (!noticed) survivors.push(mutant);
    if (OUT) appendFileSync(OUT, `${JSON.stringify({ ...mutant, noticed })}\n`);
    console.log(
      `${noticed ? 'noticed ' : 'SURVIVED'} ${file}:${line}: ${original} → ${replacement}`,
    );
  }
}

folders.push(...Array.from({ length: availableParallelism() }, copyOfRepository));
const record = OUT ? `${resolve(OUT)}.tests` : join(folders[0]!, 'tests-record');
if (!existsSync(record)) {
  process.env['RECORD'] = record;
  const config = ['--config', 'test/mutation/record.config.ts', '--root', '.'];
  const failed = await fails(folders[0]!, config);
  delete process.env['RECORD'];
  if (failed) throw new Error('the tests fail without any fault');
}
const run = new RunFunctions(record);
await Promise.all(folders.map((folder) => tryFaults(folder, run)));
const share = 1 - survivors.length / sample.length;
console.log(`\n${(100 * share).toFixed(1)} % noticed; survivors:`);
for (const { file, line, original, replacement } of survivors) {
  console.log(`${file}:${line}: ${original} → ${replacement}`);
}
