/** Jobs may have to wait for a search for relatives before they can run. */
export function searchesOfJobs(): string[] {
  return ['ALTER TABLE jobs ADD COLUMN searches INTEGER NOT NULL DEFAULT 0'];
}
