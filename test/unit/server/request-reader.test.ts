import { afterAll, expect, it } from 'vitest';
import { readSettings } from '#server/settings';
import type { RequestBody } from '#server/http/body-fields';
import { RequestReader } from '#server/http/request-reader';

const reader = new RequestReader(readSettings({}));
afterAll(() => reader.close());

/** Genes of so many letters in all. */
const genes = (letters: number): RequestBody => {
  const gene = `ATG${'GCTAAATTC'.repeat(600)}TAA\n`;
  const numGenes = Math.max(1, Math.round(letters / gene.length));
  const text = Array.from({ length: numGenes }, (_, i) => `>g${i}\n${gene}`).join('');
  const bytes = new TextEncoder().encode(text);
  return { operation: 'translate', bytes, contentType: 'text/plain', query: {} };
};

it('reads a client’s requests one after the other, and another’s beside them', async () => {
  const order: string[] = [];
  const read = async (client: string, letters: number): Promise<void> => {
    await reader.read(genes(letters), { client });
    order.push(client);
  };
  await Promise.all([read('a', 500_000), read('a', 500_000), read('b', 6000), read('c', 6000)]);
  expect(order.indexOf('b')).toBeLessThan(order.lastIndexOf('a'));
  expect(order.indexOf('c')).toBeLessThan(order.lastIndexOf('a'));
});

it('never begins what nobody waits for any longer, and ends what was begun', async () => {
  const gone = new AbortController();
  const asked = [1, 2].map(() => reader.read(genes(500_000), { client: 'a', signal: gone.signal }));
  gone.abort();
  for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect((await reader.read(genes(6000), { client: 'a' })).records).toHaveLength(1);
});
