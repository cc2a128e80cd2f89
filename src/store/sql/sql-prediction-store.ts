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
  return {
    submissions: new SqlSubmissions(database, now),
    runs: new SqlRuns(database, now),
    results: new SqlResults(database),
    async ping() {
      await database.query('SELECT 1 AS one');
    },
    close: () => database.close(),
  };
}
