/** Values that both databases take and give. */
export type SqlValue = string | number | null | Uint8Array;
/** One row by column name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A statement with `$1`, `$2`, … for its parameters. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** The rows that each of some statements gives. */
export type RowsOfEach<Statements extends readonly SqlStatement[]> = {
  -readonly [Index in keyof Statements]: SqlRow[];
};

/** The little that the store needs of a database. */
export interface SqlDatabase {
  /** What differs in the languages of the databases. */
  readonly dialect: {
    readonly name: 'sqlite' | 'postgres';
    /** Type of a column of bytes. */
    readonly bytes: string;
    /** Type of a column of 64-bit integers. */
    readonly integer: string;
    /** Type of a column of 64-bit floating-point numbers. */
    readonly real: string;
    /** Definition of a primary key that counts up. */
    readonly serial: string;
  };
  /** Runs one statement durably. */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>;
  /** Runs all statements durably, or none. @returns the rows of each */
  atomically<const Statements extends readonly SqlStatement[]>(
    statements: Statements,
  ): Promise<RowsOfEach<Statements>>;
  /** Bytes that it may still take before it reaches a limit of its own; the disk may end before. */
  room(): Promise<number>;
  close(): Promise<void>;
}

/** `$first, …` for as many values as there are. */
export function placeholders(values: readonly unknown[], first: number): string {
  return values.map((_, index) => `$${index + first}`).join(', ');
}

/**
 * Rows in the order in which every transaction locks them: two that lock the same rows in different orders would wait for
 * each other.
 */
export function inLockOrder<T extends { readonly id: string }>(rows: Iterable<T>): T[] {
  return [...rows].sort((a, b) => Number(a.id > b.id) - Number(a.id < b.id));
}
