import { describe, expect, it } from 'vitest';
import { readConfig } from '#server/config';
import { jobsOf } from '#server/submission';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const config = readConfig({ MEMORY_LIMIT_MB: '1000' });
const predictors = [fakePredictor(), fakePredictor({ name: 'other', sha256: 'e'.repeat(64) })];
const idOf = (text: string, changes: object = {}, owner = ''): string =>
  jobsOf({ text, ...changes }, { owner, config, predictors })[0]!.id;

describe('the id of a job', () => {
  it('does not depend on name, case, line breaks or the default being named', () => {
    const id = idOf('MKVLA');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const text of ['mkvla', '>title\nMKV\nLA\n', ' M K V L A '])
      expect(idOf(text), text).toBe(id);
    expect(idOf('MKVLA', { name: 'other name', model: 'fake', numRecycles: 2 })).toBe(id);
  });

  it('depends on everything that changes the result, and on whose it is', () => {
    const ids = [
      idOf('MKVLA'),
      idOf('MKVLG'),
      idOf('MKV:LA'),
      idOf('MKVLA', { numRecycles: 0 }),
      idOf('MKVLA', { model: 'other' }),
      idOf('ATGAAAGTATTAGCA', { type: 'dna' }),
      idOf('ATGAAAGTACTAGCA', { type: 'dna' }),
      idOf('MKVLA', {}, 'somebody'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('jobsOf', () => {
  it('names the only record as asked, safe as a file name', () => {
    const [job] = jobsOf(
      { text: '>x\nMKV', name: ' my / protein ' },
      { owner: '', config, predictors },
    );
    expect(job!.request.name).toBe('my___protein');
  });

  it('estimates before anything is computed', () => {
    const context = { owner: '', config, predictors };
    expect(() => jobsOf({ text: 'M'.repeat(1500) }, context)).toThrow(/about 2300 MB/);
  });
});
