/**
 * @file Frame time, build time and memory of the page's viewer, and of 3Dmol.js in the same browser, canvas and shape:
 * a cartoon in 1000 × 700 pixels. Ours is drawn with occlusion, outlines and 4 samples a pixel; 3Dmol.js, which has none
 * of the effects on by default, also with 4 samples, and by default at twice the resolution (`upscale`).
 */
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { pdbText } from '#predict/files/result-files';
import { startBrowser } from '../helpers/browser.js';
import { DONOR_SEQUENCE, fakeFold } from '../helpers/fake-fold.js';

const LENGTHS = [100, 500, 2000];
const FRAMES = 9;
const THREE_D_MOL =
  '/@fs' + new URL('../../node_modules/3dmol/build/3Dmol-min.js', import.meta.url).pathname;

interface Measured {
  readonly buildMs: number;
  readonly frameMs: number;
  readonly megabytes: number;
}

/** Chains of at most the donor's length that hold `length` residues together. */
function structureOf(length: number): string {
  const chains: { id: string; sequence: string }[] = [];
  for (let left = length; left > 0; left -= DONOR_SEQUENCE.length)
    chains.push({
      id: String.fromCharCode(65 + chains.length),
      sequence: DONOR_SEQUENCE.slice(0, Math.min(left, DONOR_SEQUENCE.length)),
    });
  return pdbText(fakeFold({ name: 'bench', chains }));
}

/** Draws frames one by one; reading a pixel back waits until each is finished. */
const DRIVER = `
  const finish = (gl) => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const frames = (draw, gl) => median(Array.from({ length: ${FRAMES} }, () => {
    const start = performance.now();
    draw();
    finish(gl);
    return performance.now() - start;
  }));
  const heap = () => performance.memory.usedJSHeapSize / 1e6;
  document.body.innerHTML = '<div id="box" style="position:relative;width:1000px;height:700px"></div>';
  const box = document.getElementById('box');`;

const measureOurs = (page: Page, pdb: string): Promise<Measured> =>
  page.evaluate<Measured>(`(async () => {
    ${DRIVER}
    const [{ readStructure }, { Selection }, { Viewer }] = await Promise.all(
      ['molecule/read-structure', 'selection', 'viewer/viewer'].map((name) => import('/src/' + name + '.ts')));
    const before = heap();
    const start = performance.now();
    const molecule = readStructure(${JSON.stringify(pdb)}, 'bench');
    const viewer = new Viewer(box, molecule, new Selection(molecule.numResidues));
    const buildMs = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { stage } = viewer;
    stage.renderer.setAnimationLoop(null);
    const frameMs = frames(() => { stage.orbit(0.05, 0); stage.render(); }, stage.renderer.getContext());
    return { buildMs, frameMs, megabytes: heap() - before };
  })()`);

const measureTheirs = (page: Page, pdb: string, upscale: boolean): Promise<Measured> =>
  page.evaluate<Measured>(`(async () => {
    ${DRIVER}
    await new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = ${JSON.stringify(THREE_D_MOL)};
      script.onload = resolve;
      document.head.append(script);
    });
    const before = heap();
    const start = performance.now();
    const viewer = $3Dmol.createViewer(box, { backgroundColor: 'white', upscale: ${upscale} });
    viewer.addModel(${JSON.stringify(pdb)}, 'pdb');
    viewer.setStyle({}, { cartoon: { arrows: true } });
    viewer.zoomTo();
    viewer.render();
    const buildMs = performance.now() - start;
    const gl = viewer.getRenderer().getContext();
    const frameMs = frames(() => viewer.rotate(3), gl);
    return { buildMs, frameMs, megabytes: heap() - before };
  })()`);

const row = (name: string, length: number, { buildMs, frameMs, megabytes }: Measured): string =>
  `${name.padEnd(22)} ${String(length).padStart(5)} residues  build ${buildMs.toFixed(0).padStart(6)} ms  frame ${frameMs.toFixed(1).padStart(7)} ms  heap ${megabytes.toFixed(1).padStart(6)} MB`;

const server = await createServer({
  configFile: 'web/vite.config.ts',
  logLevel: 'silent',
  server: { port: 0, fs: { strict: false } },
});
await server.listen();
const browser = await startBrowser(['--enable-precise-memory-info']);
const programs: readonly (readonly [string, (page: Page, pdb: string) => Promise<Measured>])[] = [
  ['codonfold', measureOurs],
  ['3Dmol.js', (page, pdb) => measureTheirs(page, pdb, true)],
  ['3Dmol.js, not upscaled', (page, pdb) => measureTheirs(page, pdb, false)],
];
for (const length of LENGTHS) {
  const pdb = structureOf(length);
  const results: Measured[] = [];
  for (const [name, measure] of programs) {
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
    const measured = await measure(page, pdb);
    await page.close();
    results.push(measured);
    console.log(row(name, length, measured));
    const { buildMs, frameMs } = results[0]!;
    const ratios = `build ${(buildMs / measured.buildMs).toFixed(2)}  frame ${(frameMs / measured.frameMs).toFixed(2)}`;
    if (results.length > 1) console.log(`${' '.repeat(10)}codonfold / ${name}: ${ratios}`);
  }
}
await browser.close();
await server.close();
