import type { Uniform } from './draw-rows.js';

/**
 * Random numbers of one pass. Streams of other seeds or passes have nothing in common with it.
 *
 * @param seed any number
 * @param pass 0-based
 * @source Blackman and Vigna, xoshiro128** 1.1, its state filled by splitmix32
 */
export function randomStream(seed: number, pass: number): Uniform {
  let filling =
    Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32) ^ Math.imul(pass, 0x85ebca77);
  const fill = (): number => {
    filling = (filling + 0x9e3779b9) | 0;
    let mixed = Math.imul(filling ^ (filling >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return (result >>> 0) / 2 ** 32;
  };
}
