import type Database from 'better-sqlite3'

/** One connection to the database of the CA. */
export type Connection = Database.Database
