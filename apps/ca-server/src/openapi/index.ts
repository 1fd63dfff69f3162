export * from './build-openapi.ts'
