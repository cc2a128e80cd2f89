/**
 * @file Folds in headless Chromium by AlphaFold 2 networks of the published sizes, weights random, opened from disk as a
 * user does it: `npm run bench:browser -- --residues 30,100 --recycles 1 --blocks 48 --precision int8`.
 *
 * Prints seconds from click to result, what the page had said they would be, processor time of its threads, and the most memory that its process had.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillForm, foldInBrowser, openModelHere } from '../helpers/browser-model.js';
import { startPageHost } from '../helpers/page.js';
import { largestPage } from '../helpers/page-usage.js';
import { sequenceOf } from './full-size/sequence.js';
import {
  syntheticAlphafold2,
  writeSyntheticCheckpoint,
  type Precision,
} from './full-size/synthetic-checkpoint.js';

/** A fold may take an hour. */
const TIMEOUT_MS = 3_600_000;

const { values } = parseArgs({
  options: {
    residues: { type: 'string', default: '30' },
    recycles: { type: 'string', default: '1' },
    blocks: { type: 'string', default: '48' },
    precision: { type: 'string', default: 'int8' },
  },
});
const numRecycles = Number(values.recycles);
const directory = mkdtempSync(join(tmpdir(), 'codonfold-browser-'));
const model = syntheticAlphafold2(Number(values.blocks));
const bytes = writeSyntheticCheckpoint(directory, model, values.precision as Precision);
console.log(`${values.precision}, ${values.blocks} blocks, file ${(bytes / 1e6).toFixed(0)} MB`);
const host = await startPageHost();
try {
  for (const residues of values.residues.split(',')) await measure(residues);
} finally {
  await host.close();
  rmSync(directory, { recursive: true });
}

async function measure(residues: string): Promise<void> {
  const page = await host.open();
  page.setDefaultTimeout(TIMEOUT_MS);
  await fillForm(page, { text: sequenceOf(Number(residues)), numRecycles });
  await openModelHere(page, ['model.safetensors', 'config.json'].map((name) => join(directory, name))); // prettier-ignore
  const said = await page.locator('#fold-here-note').textContent();
  const before = largestPage();
  const began = performance.now();
  await foldInBrowser(page);
  await page.locator('.result').waitFor();
  const seconds = (performance.now() - began) / 1000;
  const after = largestPage();
  const engine = await page.locator('.here').textContent();
  console.log(
    [
      `${residues} residues, ${numRecycles + 1} passes`,
      `${seconds.toFixed(1)} s (processor ${(after.cpuSeconds - before.cpuSeconds).toFixed(1)} s)`,
      `peak ${after.peakMegabytes.toFixed(0)} MB (${before.peakMegabytes.toFixed(0)} MB before)`,
      `${engine}; ${/: (about.*)\.$/.exec(said ?? '')?.[1]}`,
    ].join('  '),
  );
  await page.close();
}
