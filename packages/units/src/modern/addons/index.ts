export * from './addons.ts'
