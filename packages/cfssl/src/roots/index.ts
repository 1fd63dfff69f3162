export * from './read-roots.ts'
