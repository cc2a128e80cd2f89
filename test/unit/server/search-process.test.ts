/** @file The process that searches for templates, in this one: what it is asked, and whom it asks. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchQuestions } from '#server/templates/search-process';

const made = vi.hoisted(() => ({
  questions: undefined as SearchQuestions | undefined,
  log: [] as unknown[],
  isAway: false,
}));
vi.mock('#process/answer-questions', () => ({
  answerQuestions: (questions: SearchQuestions) => (made.questions = questions),
}));
vi.mock('#server/templates/stored-templates', () => ({
  encodeTemplates: (chains: readonly string[]) => chains.join(),
}));
vi.mock('#template-search/template-library', () => ({
  TemplateLibrary: {
    open: (path: string) => {
      made.log.push(`open ${path}`);
      return made.isAway ? Promise.reject(new Error('gone')) : Promise.resolve({ id: 'now' });
    },
  },
}));
const hits = (names: readonly string[]) => names.map((template) => ({ template }));
vi.mock('#template-search/find-templates', () => ({
  findTemplates: ({ id }: { id: string }, sequence: string, filter: object) => {
    made.log.push({ id, sequence, filter });
    return Promise.resolve(hits(['one', 'two']));
  },
}));
vi.mock('#template-search/rcsb/search-pdb', () => ({
  LEAST_RESIDUES: 5,
  searchPdb: (
    sequence: string,
    { filter, onMessage }: { filter: object; onMessage: (message: string) => void },
  ) => {
    // prettier-ignore
    made.log.push({ sequence, filter });
    onMessage('asked');
    return Promise.resolve({ found: hits(['three']) });
  },
}));
await import('#server/templates/search-process');
const ask = (
  { from, place = 'now', sequence = 'MKVLA', filter }: { from: 'library' | 'pdb'; place?: string; sequence?: string; filter?: { exclude: string[] } }, // prettier-ignore
  told: string[] = [],
) => {
  const searched = { from, place, ...(filter ? { filter } : {}) };
  const library = from === 'library' ? '/lib' : undefined;
  return made.questions!.find({ sequence, searched, library }, (message) => told.push(message));
};
beforeEach(() => {
  [made.log, made.isAway] = [[], false];
});

describe('a search of the library', () => {
  it('that cannot be opened fails, and the next tries it again', async () => {
    made.isAway = true;
    await expect(ask({ from: 'library' })).rejects.toThrow('gone');
    made.isAway = false;
    const filter = { exclude: ['1abc'] };
    expect(await ask({ from: 'library', filter })).toBe('one,two');
    expect(made.log).toEqual([
      ...['open /lib', 'open /lib'],
      { id: 'now', sequence: 'MKVLA', filter },
    ]);
  });

  it('opens it once, and refuses another than the server began with', async () => {
    expect(await ask({ from: 'library' })).toBe('one,two');
    await expect(ask({ from: 'library', place: 'before' })).rejects.toMatchObject({
      code: 'TEMPLATE_SEARCH',
    });
    expect(made.log).toEqual([{ id: 'now', sequence: 'MKVLA', filter: {} }]);
  });
});

describe('a search of the PDB', () => {
  it('tells how it goes, and asks nothing about what is too short', async () => {
    const told: string[] = [];
    const filter = { exclude: ['1abc'] };
    expect(await ask({ from: 'pdb', filter }, told)).toBe('three');
    expect([told, made.log]).toEqual([['asked'], [{ sequence: 'MKVLA', filter }]]);
    expect(await ask({ from: 'pdb', sequence: 'MKVL' })).toBe('');
    expect(made.log).toHaveLength(1);
  });
});
