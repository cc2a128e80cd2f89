import { HelperPool } from '#server/helper-pool';
import type { ToolQuestions } from './tool-process.js';

/** The largest complexes are compared within a minute. */
const DEADLINE_SECONDS = 120;

/** Processes that read and compare for tools. They start with the first call that needs them. */
export function toolHelpers(): HelperPool<ToolQuestions> {
  return new HelperPool({
    parent: import.meta.url,
    entry: 'tool-process',
    deadlineSeconds: DEADLINE_SECONDS,
  });
}
