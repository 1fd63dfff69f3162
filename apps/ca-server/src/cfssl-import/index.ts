export * from './plan-legacy-files.ts'
export * from './adopt-certdb.ts'
