export * from './terminal.ts'
export { printableLine } from './printable.ts'
