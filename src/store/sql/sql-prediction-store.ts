import type { PredictionStore } from '#store/prediction-store';
import type { SqlDatabase } from './sql-database.js';
import { SqlResults } from './sql-results.js';
import { SqlRuns } from './sql-runs.js';
import { SqlSubmissions } from './sql-submissions.js';

/**
 * The store on any SQL database; what differs between databases is behind `SqlDatabase`.
 *
 * @param database whose tables are up to date; it is closed with the store
 * @param now milliseconds since 1970
 */
export function sqlPredictionStore(database: SqlDatabase, now: () => number): PredictionStore {
  let pinging: Promise<unknown> | undefined;
  return {
    submissions: new SqlSubmissions(database, now),
    runs: new SqlRuns(database, now),
    results: new SqlResults(database),
    async ping() {
      // a value that changes: to write the same again would write nothing
      pinging ??= database
        .query('UPDATE pings SET number = number + 1')
        .finally(() => (pinging = undefined));
      await pinging;
    },
    room: () => database.room(),
    close: () => database.close(),
  };
}
