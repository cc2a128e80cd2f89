import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TemplateSearch } from '#server/templates/template-search';
import type { SearchedTemplates } from '#store/job';

type News = (message: string) => void;
const made = vi.hoisted(() => ({ asked: [] as unknown[], closed: 0 }));
vi.mock('#server/helper-process', () => ({
  helperProcess: ({ entry }: { entry: string }) => ({
    ask: (
      name: string,
      asked: object,
      { onNews, signal }: { onNews: News; signal: AbortSignal },
    ) => {
      made.asked.push({ entry, name, ...asked, isStopped: signal.aborted });
      onNews('half way');
      return Promise.resolve(new TextEncoder().encode('templates'));
    },
    close: () => Promise.resolve(made.closed++),
  }),
}));
vi.mock('#template-search/template-library', () => ({
  TemplateLibrary: {
    open: (path: string) =>
      Promise.resolve({
        id: `id of ${path}`,
        numChains: 7,
        close: () => Promise.resolve(made.closed++),
      }),
  },
}));
beforeEach(() => {
  [made.asked, made.closed] = [[], 0];
});

const chains = [{ id: 'A', sequence: 'MKVLA' }];
const searchFor = (searched: SearchedTemplates) => ({
  chains,
  numRecycles: 3,
  templates: searched,
});

async function found(search: TemplateSearch, searched: SearchedTemplates) {
  const told: string[] = [];
  const { signal } = new AbortController();
  const onMessage: News = (message) => void told.push(message);
  const packed = await search.find(searchFor(searched), { signal, onMessage });
  return { told, text: gunzipSync(packed!).toString() };
}

describe('a server that offers nothing', () => {
  it('searches nowhere, and says what is no longer searched', async () => {
    const search = await TemplateSearch.open({ TEMPLATES_FROM_PDB: 0 });
    expect([search.library, search.pdb, search.place('library'), search.place('pdb')]).toEqual([
      ...Array<undefined>(4),
    ]);
    const hint = expect.stringContaining('ask for the prediction again') as string;
    await expect(found(search, { from: 'library', place: 'x' })).rejects.toMatchObject({
      ...{ code: 'TEMPLATE_SEARCH', message: 'the library of this prediction is no longer searched here', hint }, // prettier-ignore
    });
    await expect(found(search, { from: 'pdb', place: 'x' })).rejects.toMatchObject({
      ...{ code: 'TEMPLATE_SEARCH', message: 'the PDB is no longer searched here', hint },
    });
    expect(made.asked).toEqual([]);
  });
});

describe('a server that offers both', () => {
  const open = () => TemplateSearch.open({ TEMPLATE_LIBRARY: 'lib', TEMPLATES_FROM_PDB: 1 });

  it('tells what, and has closed the library again', async () => {
    const search = await open();
    expect(search.library).toEqual({ id: 'id of lib', numChains: 7 });
    expect(search.place('library')).toBe('id of lib');
    expect(search.place('pdb')).toBe(search.pdb);
    expect(search.pdb).toMatch(/^https:/);
    expect(made.closed).toBe(1);
    await search.close();
    expect(made.closed).toBe(3);
  });

  it.each(['library', 'pdb'] as const)(
    'asks the %s, tells how it goes, and packs what comes',
    async (from) => {
      const search = await open();
      const searched = { from, place: search.place(from)!, filter: { exclude: ['1abc'] } };
      const { told, text } = await found(search, searched);
      expect(text).toBe('templates');
      expect(told).toEqual([
        ...(from === 'library' ? ['The library of this server is searched.'] : []),
        'half way',
      ]);
      expect(made.asked).toEqual([
        {
          entry: 'search-process',
          name: 'find',
          sequence: 'MKVLA',
          searched,
          library: 'lib',
          isStopped: false,
        },
      ]);
    },
  );

  it('refuses a search of another library than it has now', async () => {
    const search = await open();
    await expect(found(search, { from: 'library', place: 'id of another' })).rejects.toMatchObject({
      code: 'TEMPLATE_SEARCH',
    });
  });

  it('has nothing for a request that searches for none', async () => {
    const search = await open();
    const options = { signal: new AbortController().signal, onMessage: () => undefined };
    expect(await search.find({ chains, numRecycles: 3 }, options)).toBeUndefined();
    const given = { sha256: 'a'.repeat(64), numChains: 1 };
    expect(
      await search.find({ chains, numRecycles: 3, templates: given }, options),
    ).toBeUndefined();
    expect(made.asked).toEqual([]);
  });
});
