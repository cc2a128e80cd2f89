import { describe, expect, it } from 'vitest';
import { MASK_TOKEN, tokenise } from '#architectures/esmfold/language-model/tokens';
import { Random } from '#training/data/random';
import { maskTokens } from '#training/data/token-masking';

const COUNT = 60_000;

function masked() {
  const original = tokenise(new Uint8Array(COUNT).fill(7), COUNT + 5);
  const tokens = original.slice();
  const chosen = new Float32Array(tokens.length);
  maskTokens(tokens, chosen, new Random(4));
  return { original, tokens, chosen };
}

describe('maskTokens', () => {
  it('chooses 15 % of the residues: 80 % masked, 10 % random, 10 % as they were', () => {
    const { original, tokens, chosen } = masked();
    const picked = [...chosen.keys()].filter((i) => chosen[i] === 1);
    expect(picked.length / COUNT).toBeCloseTo(0.15, 2);
    const share = (test: (i: number) => boolean) => picked.filter(test).length / picked.length;
    expect(share((i) => tokens[i] === MASK_TOKEN)).toBeCloseTo(0.8, 1);
    // One in twenty random residues is the one that was there.
    const changed = (i: number) => tokens[i] !== MASK_TOKEN && tokens[i] !== original[i];
    expect(Math.abs(share(changed) - 0.1 * (19 / 20))).toBeLessThan(0.015);
    expect(Math.abs(share((i) => tokens[i] === original[i]) - 0.105)).toBeLessThan(0.015);
  });

  it('leaves what it does not choose, the start, the end and padding alone', () => {
    const { original, tokens, chosen } = masked();
    for (let i = 0; i < tokens.length; i++) {
      if (chosen[i] === 0) expect(tokens[i]).toBe(original[i]);
    }
    const special = [0, ...Array.from({ length: 6 }, (_, i) => COUNT + 1 + i)];
    expect(special.map((i) => chosen[i])).toEqual(special.map(() => 0));
  });
});
