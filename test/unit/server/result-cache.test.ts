import { describe, expect, it } from 'vitest';
import { ResultCache } from '#server/results/result-cache';
import type { ResultFile } from '#server/results/render-file';

const MEGABYTE = 1 << 20;

/** A file of so many megabytes, as it is and packed. */
const fileOf = (megabytes: number, gzipped?: number): ResultFile =>
  ({
    bytes: new Uint8Array(megabytes * MEGABYTE),
    gzipped: gzipped === undefined ? undefined : new Uint8Array(gzipped * MEGABYTE),
  }) as unknown as ResultFile;

/** A cache of one megabyte, and what it was asked. */
function oneMegabyte() {
  const cache = new ResultCache(1);
  let numMade = 0;
  const get = async (key: string, file = fileOf(0.1)) => {
    let outcome = '';
    await cache.get(
      key,
      () => {
        numMade++;
        return Promise.resolve(file);
      },
      (found) => (outcome = found),
    );
    return outcome;
  };
  return { cache, get, made: () => numMade };
}

describe('the cache of result files', () => {
  it('makes a file once', async () => {
    const { get, made } = oneMegabyte();
    expect(await get('a/pdb')).toBe('miss');
    expect(await get('a/pdb')).toBe('hit');
    expect(made()).toBe(1);
  });

  it('makes a file once for many that ask at the same time', async () => {
    const { get, made } = oneMegabyte();
    expect(await Promise.all([get('a/pdb'), get('a/pdb')])).toEqual(['miss', 'miss']);
    expect(made()).toBe(1);
  });

  it('forgets what was not asked for longest, and frees its bytes', async () => {
    const { get } = oneMegabyte();
    await get('a/pdb', fileOf(0.6));
    await get('b/pdb', fileOf(0.6)); // a goes
    await get('c/pdb', fileOf(0.3)); // b and c fit, once a no longer counts
    expect(await get('b/pdb')).toBe('hit');
    expect(await get('c/pdb')).toBe('hit');
    expect(await get('b/pdb')).toBe('hit');
    await get('d/pdb', fileOf(0.4)); // c was asked for before b
    expect(await get('b/pdb')).toBe('hit');
    expect(await get('c/pdb')).toBe('miss');
  });

  it('counts the packed form too', async () => {
    const { get } = oneMegabyte();
    await get('a/pdb', fileOf(0.3, 0.3));
    await get('b/pdb', fileOf(0.3, 0.3));
    expect(await get('a/pdb')).toBe('miss');
  });

  it('forgets all files of one submission, and their bytes', async () => {
    const { cache, get } = oneMegabyte();
    await get('a/pdb', fileOf(0.3));
    await get('a/cif', fileOf(0.3));
    await get('ab/pdb', fileOf(0.3));
    cache.forget('a');
    await get('c/pdb', fileOf(0.6));
    expect(await get('ab/pdb')).toBe('hit');
    expect(await get('c/pdb')).toBe('hit');
    expect(await get('a/pdb')).toBe('miss');
  });

  it('forgets what was deleted, though it had room', async () => {
    const { cache, get } = oneMegabyte();
    for (const key of ['a/pdb', 'a/cif', 'ab/pdb']) await get(key);
    cache.forget('a');
    expect(await get('ab/pdb')).toBe('hit');
    for (const key of ['a/pdb', 'a/cif']) expect(await get(key)).toBe('miss');
  });

  it('keeps nothing that could not be made', async () => {
    const cache = new ResultCache(1);
    const failing = () => Promise.reject(new Error('no'));
    await expect(cache.get('a/pdb', failing, () => undefined)).rejects.toThrow('no');
    const file = fileOf(0.1);
    expect(
      await cache.get(
        'a/pdb',
        () => Promise.resolve(file),
        () => undefined,
      ),
    ).toBe(file);
  });

  it('is as large as it may be, to the byte', async () => {
    const { get } = oneMegabyte();
    await get('a/pdb', fileOf(1));
    expect(await get('a/pdb')).toBe('hit');
    const { get: other } = oneMegabyte();
    await other('a/pdb', fileOf(0.5, 0.5));
    expect(await other('a/pdb')).toBe('hit');
    await other('b/pdb', fileOf(1 / MEGABYTE));
    expect(await other('a/pdb')).toBe('miss');
  });

  it('does not keep what is larger than itself', async () => {
    const { get } = oneMegabyte();
    await get('a/pdb', fileOf(1 + 1 / MEGABYTE));
    expect(await get('a/pdb', fileOf(1))).toBe('miss');
    expect(await get('a/pdb')).toBe('hit');
  });
});
