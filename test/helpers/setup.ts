import './matchers.js';
import { afterEach, beforeEach, expect, vi } from 'vitest';

const METHODS = ['debug', 'info', 'log', 'warn', 'error', 'trace'] as const;
let said: string[] = [];
let restore: (() => void)[] = [];

// Library code does not print, and a test that wants output captures it: a line that slips through is a mistake.
beforeEach(() => {
  said = [];
  restore = METHODS.map((method) => {
    const spy = vi.spyOn(console, method).mockImplementation((...words: unknown[]) => {
      said.push(`console.${method}: ${words.map(String).join(' ')}`);
    });
    return () => {
      spy.mockRestore();
    };
  });
});
afterEach(() => {
  for (const undo of restore) undo();
  expect(said, 'printed during the test').toEqual([]);
});
