import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedModules } from '../../../data/residue-geometry/generate.js';

describe('generated tables', () => {
  it('are what data/residue-geometry says', async () => {
    for (const [name, text] of Object.entries(await generatedModules())) {
      const committed = new URL(`../../../src/structure/${name}`, import.meta.url);
      expect(readFileSync(committed, 'utf8'), name).toBe(text);
    }
  });
});
