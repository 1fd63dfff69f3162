export * from './ca-server-config.ts'
export * from './data-paths.ts'
