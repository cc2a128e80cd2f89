import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { writeMmcif } from '#bio-pdb/mmcif/writer';
import { isKnown } from '#structure/templates/known-structure';
import { templateChains } from '#structure/templates/template-chain';
import { buildLibrary, type BuildOptions } from '#template-search/build-library';
import { findTemplates } from '#template-search/find-templates';
import { isLibrary, TemplateLibrary } from '#template-search/template-library';
import { readFixture } from '../structure/fixtures.js';

const text = (name: string): string => readFileSync(`test/fixtures/structure/${name}.pdb`, 'utf8');
const INHIBITOR = text('5pti-a');
/** The Kunitz domain of the amyloid precursor protein. */
const RELATIVE = 'EVCSEQAETGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA';
const HEAD = [
  'HEADER    HYDROLASE INHIBITOR                     05-OCT-82   5PTI              ',
  'TITLE     STRUCTURE OF BOVINE PANCREATIC TRYPSIN INHIBITOR                      ',
  'EXPDTA    X-RAY DIFFRACTION                                                     ',
  'REVDAT   1   18-JAN-83 5PTI    0                                                ',
  'REMARK   2 RESOLUTION.    1.00 ANGSTROMS.                                       ',
].join('\n');

let folder: string;
let mirror: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-library-'));
  mirror = join(folder, 'mirror');
  mkdirSync(join(mirror, 'pt', 'deep'), { recursive: true });
  writeFileSync(join(mirror, 'pt', 'pdb5pti.ent.gz'), gzipSync(`${HEAD}\n${INHIBITOR}`));
  writeFileSync(
    join(mirror, 'pt', 'deep', '2hbb.cif'),
    writeMmcif({ ...parsePdb(text('2hbb-a')), id: '2HBB' }),
  );
  writeFileSync(join(mirror, 'AF-P00974-F1-model_v4.pdb'), text('5pti-a-model'));
  writeFileSync(join(mirror, 'broken.cif'), 'data_broken\nloop_\n_atom_site.id\n');
  writeFileSync(join(mirror, 'broken.pdb.gz'), 'not gzip');
  writeFileSync(join(mirror, 'notes.txt'), 'no structure');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Builds, and counts the files that were read. */
async function build(path: string, options: Partial<BuildOptions> = {}) {
  let numRead = 0;
  const { signal } = new AbortController();
  const onProgress = (): void => {
    numRead++;
  };
  const built = await buildLibrary(mirror, path, { numProcesses: 1, signal, onProgress, ...options }); // prettier-ignore
  return { ...built, numRead };
}

describe('a library', () => {
  let library: TemplateLibrary;
  beforeAll(async () => {
    const path = join(folder, 'whole.library');
    const built = await build(path);
    expect(built).toMatchObject({ numFiles: 5, numChains: 3, numRead: 5 });
    expect(built.problems.map(({ path: file }) => file)).toEqual(['broken.cif', 'broken.pdb.gz']);
    expect(existsSync(`${path}.part`)).toBe(false);
    library = await TemplateLibrary.open(path);
    return () => library.close();
  }, 60_000);
  const named = async () => {
    const chains = Array.from({ length: library.numChains }, (_, chain) => library.read(chain));
    return new Map((await Promise.all(chains)).map((chain) => [chain.facts.id, chain]));
  };

  it('knows what files say, and what mirrors call them', async () => {
    const chains = await named();
    expect([...chains.keys()].sort()).toEqual(['2HBB', '5PTI', 'AF-P00974-F1']);
    expect(chains.get('5PTI')!.facts).toEqual({
      id: '5PTI',
      title: 'STRUCTURE OF BOVINE PANCREATIC TRYPSIN INHIBITOR',
      date: '1983-01-18',
      method: 'X-RAY DIFFRACTION',
      resolution: 1,
    });
  });

  it('keeps every atom to half a hundredth of an ångström', async () => {
    const [original] = templateChains(readFixture('5pti-a'), '5PTI');
    const { template } = (await named()).get('5PTI')!;
    expect({ ...template, atom14: [] }).toEqual({ ...original, atom14: [] });
    for (const [at, place] of original!.atom14.entries())
      expect(Math.abs(place - template.atom14[at]!)).toBeLessThan(0.0051);
  });

  it('gives relatives once for each sequence, and tells when the structure itself is known', async () => {
    const [found, ...others] = await findTemplates(library, RELATIVE);
    expect(others).toEqual([]);
    expect(found!.identity).toBeGreaterThan(0.4);
    expect(found!.expected).toBeLessThan(1e-10);
    expect(isKnown(found!)).toBe(false);
    const inhibitor = 'RPDFCLEPPYTGPCKARIIRYFYNAKAGLCQTFVYGGCRAKRNNFKSAEDCMRTCGGA';
    expect(isKnown((await findTemplates(library, inhibitor))[0]!)).toBe(true);
    expect(isKnown((await findTemplates(library, inhibitor.slice(0, 50)))[0]!)).toBe(true);
    expect(await findTemplates(library, 'MKVLAWRRNDMKVLAWRRND')).toEqual([]);
  });

  it.each([
    ['a later date', { maxDate: '1983-01-17' }, []],
    ['no later date', { maxDate: '1983-01-18' }, ['5PTI']],
    ['more identity', { maxIdentity: 0.3 }, []],
    ['excluded chains', { exclude: ['5pti:A'] }, ['AF-P00974-F1']],
    ['other chains', { exclude: ['5PTI:B', 'AF-P00974-F1'] }, ['5PTI']],
    ['excluded entries', { exclude: ['5PTI', 'af-p00974-f1'] }, []],
  ])('leaves out what is not wanted: %s', async (_, filter, wanted) => {
    const found = await findTemplates(library, RELATIVE, filter);
    expect(found.map(({ facts }) => facts.id)).toEqual(wanted);
  });

  it('finds a chain by its name', async () => {
    expect((await library.find('2hbb', 'A'))?.source).toBe('2HBB');
    expect(await library.find('2hbb', 'B')).toBeUndefined();
  });

  it('finds a chain by its entry alone, in letters of any case', async () => {
    expect((await library.find('af-p00974-f1'))?.source).toBe('AF-P00974-F1');
    expect((await library.find('5PTI'))?.chainId).toBe('A');
    expect(await library.find('9XYZ')).toBeUndefined();
  });

  it('has the sequences, dates and lengths of all chains, one after the other', async () => {
    const chains = await Promise.all([0, 1, 2].map((chain) => library.read(chain)));
    const lengths = chains.map(({ template }) => template.aatype.length);
    expect(library.numResidues).toBe(lengths.reduce((sum, length) => sum + length, 0));
    const pieces = [];
    for await (const piece of library.pieces()) pieces.push(piece);
    const [{ first, last, types, begin }] = pieces as [(typeof pieces)[number]];
    expect([pieces.length, first, last, types.length]).toEqual([1, 0, 2, library.numResidues]);
    for (const [chain, { facts, template }] of chains.entries()) {
      const sequence = await library.sequence(chain);
      expect([...sequence]).toEqual([...template.aatype]);
      const at = begin(chain);
      expect([...types.subarray(at, at + lengths[chain]!)]).toEqual([...sequence]);
      expect(library.date(chain)).toBe(Number(facts.date.replaceAll('-', '')));
    }
  });

  it('is told from other files, and from those that are not there', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'codonli');
    expect(await isLibrary(library.path)).toBe(true);
    expect(await isLibrary(other)).toBe(false);
    expect(await isLibrary(join(folder, 'missing'))).toBe(false);
    await expect(TemplateLibrary.open(join(folder, 'missing'))).rejects.toMatchObject({
      code: 'FILE_READ',
    });
  });

  it('says what is wrong with it', async () => {
    const bytes = readFileSync(library.path);
    const end = bytes.length - 64;
    const start = bytes.readDoubleLE(end + 16);
    const damaged = join(folder, 'wrong.library');
    const problemOf = async (changed: Buffer): Promise<string> => {
      writeFileSync(damaged, changed);
      return TemplateLibrary.open(damaged).then(
        async (open) => {
          await open.close();
          return 'none';
        },
        (error: unknown) => (error as Error).message.replace(/^.*library: /, ''),
      );
    };
    const changed = (change: (copy: Buffer) => void): Buffer => {
      const copy = Buffer.from(bytes);
      change(copy);
      return copy;
    };
    expect(await problemOf(bytes)).toBe('none');
    expect(await problemOf(bytes.subarray(0, 79))).toBe('it is cut short');
    expect(await problemOf(bytes.subarray(0, 80))).toBe('it is none, or cut short');
    expect(await problemOf(changed((copy) => copy.writeUInt32LE(9, end + 8)))).toBe(
      'it has version 9 of the format, and this program reads version 2',
    );
    for (const [at, change] of [
      [16, 1],
      [24, -1],
    ] as const)
      expect(await problemOf(changed((copy) => copy.writeDoubleLE(copy.readDoubleLE(end + at) + change, end + at)))).toBe('its parts do not add up to its size'); // prettier-ignore
    expect(await problemOf(changed((copy) => copy.writeUInt32LE(4, end + 12)))).toBe(
      'its parts do not add up to its size',
    );
    for (const at of [start, end - 1, end + 32])
      expect(await problemOf(changed((copy) => copy.writeUInt8(copy[at]! ^ 1, at)))).toBe(
        'its checksum does not match',
      );
  });

  it('says which chain of it is damaged, when that is read', async () => {
    const bytes = readFileSync(library.path);
    const damaged = join(folder, 'block.library');
    const start = bytes.readDoubleLE(bytes.length - 48);
    bytes[start - 1]! ^= 1; // in the last block, which the index does not hold
    writeFileSync(damaged, bytes);
    const open = await TemplateLibrary.open(damaged);
    const outcomes = await Promise.allSettled([0, 1, 2].map((chain) => open.read(chain)));
    await open.close();
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((outcomes[2] as PromiseRejectedResult).reason).toMatchObject({
      code: 'TEMPLATE_DAMAGED',
      message: expect.stringContaining('chain 2 of it is damaged') as string,
    });
  });

  it('begins and ends with its name and the version of its format', () => {
    const bytes = readFileSync(library.path);
    for (const at of [0, bytes.length - 64]) {
      expect(bytes.toString('latin1', at, at + 8)).toBe('codonlib');
      expect(bytes.readUInt32LE(at + 8)).toBe(2);
    }
    expect(bytes.readUInt32LE(bytes.length - 52)).toBe(3);
    const start = bytes.readDoubleLE(bytes.length - 48);
    expect(bytes.length).toBe(start + library.numResidues + 24 * 3 + 64);
    expect(library.id).toBe(bytes.toString('hex', bytes.length - 32));
  });

  it('is refused where a bit has changed, or the end is missing', async () => {
    const bytes = readFileSync(library.path);
    const damaged = join(folder, 'damaged.library');
    for (const at of [bytes.length - 100, bytes.length - 60, bytes.length - 10]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 4;
      writeFileSync(damaged, changed);
      await expect(TemplateLibrary.open(damaged)).rejects.toThrow(/cannot be used as a library/);
    }
    copyFileSync(library.path, damaged);
    truncateSync(damaged, bytes.length - 1);
    await expect(TemplateLibrary.open(damaged)).rejects.toThrow(/cannot be used as a library/);
  });
});

describe('building a library', () => {
  it('goes on where it was stopped, wherever that was, and gives the same bytes', async () => {
    const [path, whole] = [join(folder, 'stopped.library'), join(folder, 'whole.library')];
    const all = readFileSync(whole);
    const start = all.readDoubleLE(all.length - 48);
    for (const [cut, most] of [
      [start - 1, 1],
      [Math.floor(start / 2), 5],
      [9, 5],
    ] as const) {
      writeFileSync(`${path}.part`, all.subarray(0, cut));
      const { numRead, numChains } = await build(path);
      expect(numRead).toBeGreaterThan(0);
      expect(numRead).toBeLessThanOrEqual(most);
      expect(numChains).toBe(3);
      expect(readFileSync(path).length).toBe(all.length);
      rmSync(path);
    }
  }, 60_000);

  it('reads a file again that has changed since', async () => {
    const path = join(folder, 'changed.library');
    const all = readFileSync(join(folder, 'whole.library'));
    writeFileSync(`${path}.part`, all.subarray(0, all.readDoubleLE(all.length - 48)));
    writeFileSync(join(mirror, 'broken.pdb.gz'), gzipSync(INHIBITOR));
    const { numRead, numChains, problems } = await build(path);
    expect([numRead, numChains, problems.length]).toEqual([1, 4, 1]);
  }, 60_000);

  it('stops when it is told to, keeps what it has read, and tells it from what it reads', async () => {
    const path = join(folder, 'aborted.library');
    const stop = new AbortController();
    const reason = new Error('enough');
    const onProgress = ({ numRead }: { numRead: number }): void => {
      if (numRead === 2) stop.abort(reason);
    };
    await expect(build(path, { signal: stop.signal, onProgress })).rejects.toBe(reason);
    expect(existsSync(path)).toBe(false);
    const counts: unknown[] = [];
    const built = await build(path, { onProgress: (one) => counts.push(one) });
    expect(built.numFiles).toBe(5);
    expect(counts).toEqual([1, 2, 3].map((numRead) => ({ numRead, numKept: 2 })));
  }, 60_000);

  it('of a folder without structures is refused', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const options = {
      numProcesses: 1,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    await expect(buildLibrary(empty, join(folder, 'no'), options)).rejects.toThrow(
      /no structure files/,
    );
  });
});

describe('a library of many residues', () => {
  const MEBIBYTE = 1024 ** 2;

  /** A library whose chains have sequences of these lengths, and no blocks. */
  function libraryOf(lengths: readonly number[]): string {
    const path = join(folder, 'long.library');
    const head = Buffer.alloc(16);
    head.write('codonlib');
    head.writeUInt32LE(2, 8);
    const sequences = Buffer.concat(
      lengths.map((length, chain) => Buffer.alloc(length, chain + 1)),
    );
    const columns = Buffer.alloc(24 * lengths.length);
    lengths.forEach((length, chain) => {
      const before = lengths.slice(0, chain).reduce((sum, one) => sum + one, 0);
      columns.writeUInt32LE(before + length, 4 * chain);
    });
    const end = Buffer.alloc(64);
    head.copy(end);
    end.writeUInt32LE(lengths.length, 12);
    end.writeDoubleLE(head.length, 16);
    end.writeDoubleLE(sequences.length, 24);
    createHash('sha256').update(sequences).update(columns).digest().copy(end, 32);
    writeFileSync(path, Buffer.concat([head, sequences, columns, end]));
    return path;
  }

  it('gives them in pieces of eight mebibytes at most, but no chain in parts', async () => {
    const lengths = [5 * MEBIBYTE, 3 * MEBIBYTE, 1, 8 * MEBIBYTE, 9 * MEBIBYTE, 7];
    const library = await TemplateLibrary.open(libraryOf(lengths));
    const pieces = [];
    for await (const { first, last, types, begin } of library.pieces()) {
      const begins = lengths.slice(first, last + 1).map((_, k) => begin(first + k));
      const marks = begins.flatMap((at) => [types[at - 1], types[at]]);
      pieces.push([first, last, types.length, begins, [...marks, types.at(-1)]]);
    }
    expect(pieces).toEqual([
      [0, 1, 8 * MEBIBYTE, [0, 5 * MEBIBYTE], [undefined, 1, 1, 2, 2]],
      [2, 2, 1, [0], [undefined, 3, 3]],
      [3, 3, 8 * MEBIBYTE, [0], [undefined, 4, 4]],
      [4, 4, 9 * MEBIBYTE, [0], [undefined, 5, 5]],
      [5, 5, 7, [0], [undefined, 6, 6]],
    ]);
    expect([...(await library.sequence(5))]).toEqual(Array(7).fill(6));
    expect(await library.sequence(2)).toEqual(Buffer.of(3));
    truncateSync(library.path, 20);
    await expect(library.sequence(5)).rejects.toMatchObject({
      code: 'TEMPLATE_DAMAGED',
      message: 'a library ends too early',
    });
    await library.close();
  });

  it('without chains gives nothing', async () => {
    const library = await TemplateLibrary.open(libraryOf([]));
    const pieces = [];
    for await (const piece of library.pieces()) pieces.push(piece);
    expect([library.numChains, library.numResidues, pieces]).toEqual([0, 0, []]);
    expect(await library.find('1ABC')).toBeUndefined();
    await library.close();
  });
});
