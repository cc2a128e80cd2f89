/** Values that both databases take and give. */
export type SqlValue = string | number | null | Uint8Array;
/** One row by column name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A statement with `$1`, `$2`, … for its parameters. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** The little that the store needs of a database. */
export interface SqlDatabase {
  /** What differs in the languages of the databases. */
  readonly dialect: {
    /** Type of a column of bytes. */
    readonly bytes: string;
    /** Type of a column of 64-bit integers. */
    readonly integer: string;
    /** Definition of a primary key that counts up. */
    readonly serial: string;
  };
  /** Runs one statement durably. */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>;
  /** Runs all statements durably, or none. @returns the rows of each */
  atomically(statements: readonly SqlStatement[]): Promise<SqlRow[][]>;
  close(): Promise<void>;
}

/**
 * Runs a `CREATE … IF NOT EXISTS`, which in PostgreSQL fails where two sessions do it at the same moment.
 *
 * @param database where
 * @param sql the statement
 */
export async function makeIfMissing(database: SqlDatabase, sql: string): Promise<void> {
  await database.query(sql).catch(() => database.query(sql));
}
