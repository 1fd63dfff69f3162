import { RECORDS } from './0001-records.ts'

/** Forward only, in order; the database's user_version says how many have been applied. */
export const MIGRATIONS: readonly string[] = [RECORDS]
