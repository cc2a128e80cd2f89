import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eachRecord } from '#cli/each-record';
import { foldRecord, type FoldRun } from '#cli/fold-record';
import { ProgressBar } from '#cli/progress-bar';
import { FoldError, type ErrorCode } from '#errors';
import { unwritable } from '#machine/unwritable';
import { chainIdOf } from '#sequence/chain';
import { fakePredictor, type FakeOptions } from '../../helpers/fake-predictor.js';

let folder: string;
let out: string;
let err: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-fold-'));
  out = err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((err += String(text))));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function runOf(options: FakeOptions = {}, change: Partial<FoldRun> = {}): FoldRun {
  return {
    predictor: fakePredictor({ durationMs: 1, ...options }),
    directory: folder,
    formats: ['pdb', 'cif'],
    overwrite: false,
    signal: new AbortController().signal,
    bar: new ProgressBar({ isTTY: false, write: () => undefined }),
    ...change,
  };
}
const task = (name: string, sequence = 'MKVLAG') => ({
  request: { name, chains: [{ id: 'A', sequence }] },
  warnings: [],
});

describe('folding a record', () => {
  it('writes its files and one line with length, confidence, time and place', async () => {
    await foldRecord(task('one'), runOf());
    expect(out).toMatch(
      /^one: 6 residues, mean pLDDT \d+\.\d \((very low|low|high|very high)\), pTM 0\.56 \(the fold may be right or wrong\), \d\.\d s on cpu → .*one\.pdb\n$/,
    );
    expect(err.match(/pass \d of 3/g)).toEqual(['pass 1 of 3', 'pass 2 of 3', 'pass 3 of 3']);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('skips what is done and folds it again when told to', async () => {
    const starts: string[] = [];
    const options: FakeOptions = { onStart: ({ name }) => starts.push(name) };
    await foldRecord(task('one'), runOf(options));
    await foldRecord(task('one'), runOf(options));
    expect(out).toContain('skipped');
    expect(starts).toHaveLength(1);
    await foldRecord(task('one'), runOf(options, { overwrite: true }));
    expect(starts).toHaveLength(2);
  });

  it('never replaces nor skips the result of another sequence', async () => {
    await foldRecord(task('one'), runOf());
    await expect(foldRecord(task('one', 'MKVLAC'), runOf())).rejects.toMatchObject({
      code: 'FILE_WRITE',
      hint: expect.stringContaining('--overwrite') as string,
    });
    await foldRecord(task('one', 'MKVLAC'), runOf({}, { overwrite: true }));
  });

  it('stops before the run where memory is too small, and says how much it takes', async () => {
    let hasStarted = false;
    const long = task('long', 'A'.repeat(20));
    const run = runOf({ onStart: () => (hasStarted = true) });
    const estimate = () => ({ seconds: 1, megabytes: 1e9 });
    const refused = foldRecord(long, { ...run, predictor: { ...run.predictor, estimate } });
    await expect(refused).rejects.toMatchObject({
      code: 'MEMORY_ESTIMATE',
      message: expect.stringMatching(/^long: 20 residues would take about 1000000\.0 GB/) as string,
    });
    expect(hasStarted).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  describe('of more chains than the PDB format has names for', () => {
    const chains = Array.from({ length: 63 }, (_, i) => ({ id: chainIdOf(i), sequence: 'M' }));
    const crowd = { request: { name: 'crowd', chains }, warnings: [] };

    it('writes everything else, says so, and counts as done', async () => {
      const starts: string[] = [];
      const options: FakeOptions = { onStart: ({ name }) => starts.push(name) };
      await foldRecord(crowd, runOf(options));
      expect(readdirSync(folder).sort()).toEqual([
        'crowd.cif',
        'crowd.confidence.json',
        'crowd_predicted_aligned_error_v1.json',
      ]);
      expect(err).toContain('warning: crowd: no PDB file is written: 63 chains');
      expect(out).toMatch(/→ .*crowd\.cif\n/);
      expect(out.split('\n').length).toBeLessThan(20);
      expect(out).toContain('more pairs in crowd.confidence.json');
      await foldRecord(crowd, runOf(options));
      expect(starts).toHaveLength(1);
    });

    it('refuses before the run where PDB is all that is wanted', async () => {
      let hasStarted = false;
      const run = runOf({ onStart: () => (hasStarted = true) }, { formats: ['pdb'] });
      await expect(foldRecord(crowd, run)).rejects.toMatchObject({ code: 'STRUCTURE_UNWRITABLE' });
      expect(hasStarted).toBe(false);
    });
  });

  it('leaves nothing when it is cancelled', async () => {
    const controller = new AbortController();
    const run = runOf(
      { durationMs: 60_000, onStart: () => undefined },
      { signal: controller.signal },
    );
    const running = foldRecord(task('one'), run);
    setTimeout(() => {
      controller.abort(new FoldError('JOB_CANCELLED', 'stopped'));
    }, 5);
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('each record', () => {
  const failing = (code: ErrorCode) => () => {
    throw new FoldError(code, code);
  };

  it('is worked on though another fails, and the worst exit code is kept', async () => {
    const works = [failing('SEQUENCE_LETTER'), () => undefined, failing('PROCESS_DIED')];
    expect(
      await eachRecord(works, (work) => {
        work();
      }),
    ).toBe(1);
    expect(err).toContain('error: SEQUENCE_LETTER\nerror: PROCESS_DIED\n2 of 3 records failed\n');
    expect(
      await eachRecord([failing('SEQUENCE_LETTER')], (work) => {
        work();
      }),
    ).toBe(2);
    expect(
      await eachRecord([() => undefined], (work) => {
        work();
      }),
    ).toBe(0);
  });

  it.each([
    ['ENOSPC', 'the disk is full', 1],
    ['EROFS', 'the disk is read-only', 1],
    ['EISDIR', 'it is a folder', 3],
  ])('goes on after %s only where others can be written', async (code, reason, numTried) => {
    let tried = 0;
    const ended = await eachRecord(['a', 'b', 'c'], (name) => {
      tried++;
      throw unwritable(join(folder, name), Object.assign(new Error(code), { code }));
    });
    expect(ended).toBe(1);
    expect(tried).toBe(numTried);
    expect(err.match(/^error: /gm)).toHaveLength(numTried);
    expect(err).toContain(`a cannot be written: ${reason}\n`);
    expect(err.includes('stopped: the other 2 would fail in the same way')).toBe(numTried === 1);
  });

  it('stops where the model does not work', async () => {
    let tried = 0;
    const ended = await eachRecord(['a', 'b'], () => {
      tried++;
      failing('WEIGHTS_MISMATCH')();
    });
    expect(ended).toBe(2);
    expect(tried).toBe(1);
  });

  it('stops at an interrupt and at a bug', async () => {
    const bug = () => {
      throw new TypeError('bug');
    };
    await expect(
      eachRecord([failing('JOB_CANCELLED')], (work) => {
        work();
      }),
    ).rejects.toThrow('CANCELLED');
    await expect(
      eachRecord([bug], (work) => {
        work();
      }),
    ).rejects.toThrow('bug');
  });
});
