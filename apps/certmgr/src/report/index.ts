export * from './build-report.ts'
export * from './render-report.ts'
