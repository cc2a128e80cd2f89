/** @file Our own package, packed, and installed in an empty folder, where only the npm registry is needed. */
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../helpers/api-client.js';
import { testSettings } from '../helpers/server.js';
import { temporaryFolder } from '../helpers/services.js';

const PACK_MS = 600_000;
const MEGABYTE = 1e6;
const SEQUENCE = 'MKTAYIAKQRQISFVKSHFSRQ';
/** What a build needs; a copy of it is packed, so that nobody's `dist` is touched. */
const SOURCES = [
  'src',
  'web',
  'data',
  'packaging',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'LICENSE',
];

const folder = temporaryFolder('package');
const [source, home] = [join(folder, 'source'), join(folder, 'home')];

/** This process's own environment, but for what `npm run` says of the project that it runs in. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(package|lifecycle|config_local)|.*onnxruntime)/i.test(name),
    ),
  ),
  NODE_OPTIONS: '',
};

async function run(
  command: string,
  words: string[],
  cwd = home,
  settings: Record<string, string> = {},
) {
  const options = { cwd, env: { ...environment, ...settings }, maxBuffer: 64 * MEGABYTE };
  return promisify(execFile)(command, words, options);
}

const codonfold = (...words: string[]) => run('npx', ['codonfold', ...words]);

function bytesIn(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

describe('npm i codonfold', () => {
  let files: string[];

  beforeAll(async () => {
    mkdirSync(source);
    mkdirSync(home);
    for (const name of SOURCES) cpSync(name, join(source, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(source, 'node_modules'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], source);
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    files = packed.files.map(({ path }) => path);
    writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
    await run('npm', ['i', join(folder, packed.filename), '--no-audit', '--no-fund']);
  }, PACK_MS);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('has what was built by packing, and no sources', () => {
    for (const file of [
      'dist/cli/main.js',
      'dist/types/index.d.ts',
      'dist/web/index.html',
      'LICENSE',
    ])
      expect(files).toContain(file);
    expect(files.filter((path) => /^(src|test)\/|\.map$|\.wasm$|tsbuildinfo/.test(path))).toEqual(
      [],
    );
  });

  it('runs no install script, and is half as large', () => {
    const { packages } = JSON.parse(
      readFileSync(join(home, 'node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { hasInstallScript?: true }> };
    const scripted = Object.keys(packages).filter((name) => packages[name]!.hasInstallScript);
    expect(scripted).toEqual([]);
    expect(bytesIn(join(home, 'node_modules')) / MEGABYTE).toBeLessThan(290);
  });

  it('folds by npx codonfold predict', async () => {
    const { stdout } = await codonfold('predict', SEQUENCE, '-o', 'structures');
    expect(stdout).toMatch(/22 residues/);
    expect(readFileSync(join(home, 'structures/sequence-1.pdb'), 'utf8')).toMatch(/^ATOM/m);
  });

  it('serves page and API by npx codonfold serve', async () => {
    const settings = { ...testSettings(folder), npm_config_update_notifier: 'false' };
    const server = spawn('npx', ['codonfold', 'serve'], {
      cwd: home,
      env: { ...environment, ...settings },
    });
    try {
      let said = '';
      for (const stream of [server.stdout, server.stderr])
        stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const url = await new Promise<string>((found, fail) => {
        server.stdout.on('data', () => {
          const address = /codonfold is at (http\S+)/.exec(said)?.[1];
          if (address !== undefined) found(address);
        });
        server.once('exit', () => {
          fail(new Error(said));
        });
      });
      const api = new ApiClient(url);
      const page = await api.fetch('/', { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('<title>');
      expect(await api.predict(SEQUENCE, { prefer: 'wait=60' })).toMatchObject({
        status: 'completed',
      });
    } finally {
      const ended = new Promise((close) => server.once('close', close));
      server.kill();
      await ended;
    }
  });

  it('is a library, with types that need no others', async () => {
    const program = `
      import { forkedPredictor, interpret } from 'codonfold';
      import { parseStructure } from 'codonfold/bio-pdb';
      import { createClient, type Prediction } from 'codonfold/client';
      const predictor = forkedPredictor('codonfold-small');
      const [chains] = interpret('${SEQUENCE}');
      const prediction = await predictor.predict(chains!);
      await predictor.close();
      const plddt: Float32Array = prediction.plddt;
      const { getPrediction } = createClient({ baseUrl: 'http://127.0.0.1:3000' });
      const asked: (given: { path: { id: string } }) => Promise<Prediction> = getPrediction;
      console.log(plddt.length, typeof parseStructure, typeof asked);`;
    writeFileSync(join(home, 'program.ts'), program);
    const flags = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom', '--strict'];
    const tsc = resolve('node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, ...flags, 'program.ts']);
    const { stdout } = await run(process.execPath, ['program.js']);
    expect(stdout).toBe('22 function function\n');
  });

  it('says which machines the engine runs on, on another one', async () => {
    const elsewhere = "Object.defineProperty(process,'arch',{value:'riscv64'})";
    const folding = run('npx', ['codonfold', 'predict', SEQUENCE, '-o', 'elsewhere'], home, {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(elsewhere)}`,
    });
    await expect(folding).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/error: .*riscv64.*\n\s*hint: it runs on Linux/) as string,
    });
  });
});
