export * from './read-certdb.ts'
