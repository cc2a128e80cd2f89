import { expect, it } from 'vitest';
import { inUnits, refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';

it('refuses more than there is, in units that fit, and takes exactly as much', () => {
  refuseWhatCannotFit('1 residue', { needed: 100, available: 100 });
  const refused = (needed: number, available: number) => () => {
    refuseWhatCannotFit('a: 9 residues', { needed, available });
  };
  expect(refused(101, 100)).toThrow('a: 9 residues would take about 1 MB of memory; 1 MB may be used'); // prettier-ignore
  expect(refused(34.06e9, 999e6)).toThrow('about 34.1 GB of memory; 999 MB may be used');
  expect(refused(Infinity, 1)).toThrow(
    expect.objectContaining({ code: 'MEMORY_ESTIMATE' }) as Error,
  );
});

it('names bytes in gigabytes from the first one on', () => {
  expect([1, 1e6, 1e6 + 1, 1e9 - 1, 1e9].map(inUnits)).toEqual([
    ...['1 MB', '1 MB', '2 MB', '1000 MB', '1.0 GB'],
  ]);
});
